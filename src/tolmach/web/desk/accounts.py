"""Accounts: found, created, changed, topped up, blocked, looked into."""

import secrets
from typing import Any, Final

from starlette.responses import Response
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from tolmach.core.accounts import DIALECTS
from tolmach.core.commands.clientele import (
    AddClient,
    BlockClient,
    ChangeClient,
    GetClient,
    ListClients,
    LookAway,
    LookInto,
    SetClientPassword,
)
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.finance import TopUp
from tolmach.core.commands.prices import ListTariffs
from tolmach.core.money import Money, fixed, parse_money
from tolmach.core.results.clientele import ClientDetail
from tolmach.services import fields
from tolmach.services.administration import AdministrationError, BadValueError
from tolmach.services.reception import ForbiddenError
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.desk.words import MODERATION, TRAFFIC
from tolmach.web.exchange import Exchange
from tolmach.web.forms import Form
from tolmach.web.forms import text as said
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text

COMMANDS: Final = {
    "add": AddClient,
    "change": ChangeClient,
    "block": BlockClient,
    "look": LookInto,
    "pay": TopUp,
    "password": SetClientPassword,
    "changes": ListEveryChange,
}


def _amount(_form: object, field: StringField) -> None:
    try:
        parse_money(field.data or "0")
    except ValueError:
        raise ValidationError(N_("Write an amount, as in 1000 or 99.50.")) from None


def _rate(_form: object, field: StringField) -> None:
    written = _word(field)
    try:
        fields.rate(written)
    except BadValueError:
        whole = written.isascii() and written.isdigit()
        wrong = N_("Write 999999 or less.") if whole else N_("Write a whole number, or nothing.")
        raise ValidationError(wrong) from None


DIALECT_NAMES: Final = {
    "prontosms": "ProntoSMS",
    "targetsms": "TargetSMS",
    "smspager": "SMS-Pager",
    "mobilgroup": "Mobilgroup",
}
UNCERTAIN = {
    "usual": N_("Send one-time passwords again, wait for the others"),
    "resend": N_("Send it again: it may come twice"),
    "hold": N_("Wait for a receipt: it may never come"),
}


class NewForm(Form):
    """A new account."""

    login = StringField(N_("Login"), [InputRequired(N_("Write a login.")), Length(max=64)])
    password = StringField(
        N_("Password for the protocols"),
        [InputRequired(N_("Write a password.")), Length(8, 128, N_("At least 8 characters."))],
    )
    tariff = SelectField(N_("Tariff"), validate_choice=False)
    parent = StringField(N_("Reseller"), [Length(max=64)])
    time_zone = StringField(N_("Time zone"), [InputRequired(N_("Write a time zone.")), Length(max=64)])
    currency = StringField(N_("Currency"), [InputRequired(N_("Write a currency.")), Length(3, 3, N_("Three letters."))])
    moderation = SelectField(N_("Moderation of texts"), choices=[SelectChoice(*one) for one in MODERATION.items()])


class ChangeForm(Form):
    """What may be changed of an account."""

    tariff = SelectField(N_("Tariff"), validate_choice=False)
    credit = StringField(N_("Credit limit"), [_amount])
    parent = StringField(N_("Reseller"), [Length(max=64)])
    time_zone = StringField(N_("Time zone"), [InputRequired(N_("Write a time zone.")), Length(max=64)])
    default_sender = StringField(N_("Default sender"), [Length(max=15)])
    callback_url = StringField(N_("Address for statuses"), [Length(max=2000)])
    moderation = SelectField(N_("Moderation of texts"), choices=[SelectChoice(*one) for one in MODERATION.items()])
    traffic = SelectField(
        N_("Class of traffic"), choices=[SelectChoice(kind.value, word) for kind, word in TRAFFIC.items()]
    )
    uncertain = SelectField(
        N_("When nobody knows whether a message was sent"), choices=[SelectChoice(*one) for one in UNCERTAIN.items()]
    )
    request_rate = StringField(N_("Requests a second"), [_rate])
    message_rate = StringField(N_("Messages a second"), [_rate])
    networks = TextAreaField(N_("Addresses that may use it, one a line"), [Length(max=4000)])
    dialects = SelectMultipleField(N_("Protocols"), choices=[SelectChoice(one) for one in DIALECTS])
    any_sender = BooleanField(N_("May use any sender"))
    deduplicates = BooleanField(N_("A repeated client id returns the earlier message"))


class PayForm(Form):
    """A payment."""

    amount = StringField(N_("Amount"), [InputRequired(N_("Write an amount, as in 1000 or 99.50.")), _amount])
    note = StringField(N_("What for"), [Length(max=255)])
    correction = BooleanField(N_("A correction: it may be less than zero"))


async def show(ask: Exchange) -> Response:
    """Show accounts."""
    asked = ListClients(text(ask.request, "search"), text(ask.request, "parent"), text(ask.request, "after"))
    found = await ask.execute(asked)
    return render(ask, "accounts.html", found=found, asked=asked, add=AddClient)


async def new(ask: Exchange) -> Response:
    """Show the form for a new account."""
    if not ask.may(AddClient):
        raise ForbiddenError
    form = NewForm(time_zone="Europe/Moscow", currency="RUB", password=secrets.token_urlsafe(12))
    return await _new(ask, form)


async def add(ask: Exchange) -> Response:
    """Add an account."""
    form = NewForm(ask.form)
    if not form.good():
        return await _new(ask, form, 422)
    login = said(form.login).strip()
    words = {name: _word(form[name]) for name in ("tariff", "parent", "time_zone", "currency", "moderation")}
    try:
        await ask.execute(AddClient(login, said(form.password), **words))
    except AdministrationError as error:
        return await _new(ask, form, 422, ask.why(error))
    return ask.redirect(f"/desk/accounts/{login}", ask.gettext(N_("The account is added.")))


async def one(ask: Exchange) -> Response:
    """Show one account."""
    found = await ask.execute(GetClient(ask.request.path_params["login"]))
    return await _one(ask, found)


async def change(ask: Exchange) -> Response:
    """Change an account."""
    login = ask.request.path_params["login"]
    form = ChangeForm(ask.form)
    found = await ask.execute(GetClient(login))
    if not form.good():
        return await _one(ask, found, 422, change=form)
    try:
        await ask.execute(_changes(login, form))
    except AdministrationError as error:
        return await _one(ask, found, 422, ask.why(error), change=form)
    return ask.redirect(_place(login), ask.gettext(N_("The account is changed.")))


async def pay(ask: Exchange) -> Response:
    """Add money to an account."""
    login = ask.request.path_params["login"]
    form = PayForm(ask.form)
    found = await ask.execute(GetClient(login))
    if not form.good():
        return await _one(ask, found, 422, pay=form)
    command = TopUp(login, _money(form.amount), said(form.note).strip(), bool(form.correction.data))
    try:
        await ask.execute(command)
    except AdministrationError as error:
        return await _one(ask, found, 422, ask.why(error), pay=form)
    return ask.redirect(_place(login), ask.gettext(N_("The balance is changed.")))


async def block(ask: Exchange) -> Response:
    """Block an account or let it in again."""
    login, blocked = ask.request.path_params["login"], sent(ask, "blocked") == "yes"
    done = N_("The account is blocked.") if blocked else N_("The account is open.")
    return await attempt(ask, BlockClient(login, blocked), _place(login), ask.gettext(done))


async def set_password(ask: Exchange) -> Response:
    """Make up a password and show it once."""
    login, password = ask.request.path_params["login"], secrets.token_urlsafe(12)
    await ask.execute(SetClientPassword(login, password))
    return render(ask, "password.html", login=login, password=password)


async def look_into(ask: Exchange) -> Response:
    """Go into the cabinet of an account."""
    await ask.execute(LookInto(ask.request.path_params["login"]))
    return ask.redirect("/cabinet/")


async def look_away(ask: Exchange) -> Response:
    """Come back to the desk."""
    login = await ask.execute(LookAway())
    return ask.redirect(_place(login) if login else "/desk/")


def _place(login: str) -> str:
    return f"/desk/accounts/{login}"


def _money(field: StringField) -> Money:
    return parse_money(field.data or "0")


def _word(field: Field) -> str:
    return str(field.data or "").strip()


def _changes(login: str, form: ChangeForm) -> ChangeClient:
    own = ("tariff", "parent", "time_zone", "default_sender", "callback_url", "moderation", "traffic", "uncertain")
    words = (*own, "request_rate", "message_rate")
    given: dict[str, Any] = {name: _word(form[name]) for name in words}
    if not given["tariff"]:
        given["tariff"] = None
    return ChangeClient(
        login,
        credit=_money(form.credit),
        any_sender=bool(form.any_sender.data),
        deduplicates=bool(form.deduplicates.data),
        networks=tuple(said(form.networks).split()),
        dialects=tuple(form.dialects.data or ()),
        **given,
    )


def _filled(found: ClientDetail) -> ChangeForm:
    account = found.client.account
    return ChangeForm(
        tariff=found.client.tariff,
        credit=fixed(account.credit),
        parent=found.client.parent,
        time_zone=account.time_zone,
        default_sender=account.default_sender or "",
        callback_url=account.callback_url or "",
        moderation=account.moderation,
        traffic=account.traffic.value,
        uncertain=account.uncertain.value,
        request_rate=_number(account.pace.requests),
        message_rate=_number(account.pace.messages),
        networks="\n".join(map(str, account.networks)),
        dialects=list(account.dialects),
        any_sender=account.any_sender,
        deduplicates=account.deduplicates,
    )


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


async def _tariffs(ask: Exchange) -> list[SelectChoice]:
    """Return the choices of a tariff; who may not see tariffs sees none."""
    names = [name for name, _ in (await ask.execute(ListTariffs())).tariffs] if ask.may(ListTariffs) else []
    return [SelectChoice("", "—"), *map(SelectChoice, names)]


def _translated(ask: Exchange, *selects: SelectField) -> None:
    for field in selects:
        choices: Any = field.choices or ()
        field.choices = [SelectChoice(one.value, ask.gettext(one.label)) for one in choices]


async def _new(ask: Exchange, form: NewForm, status: int = 200, problem: str = "") -> Response:
    form.tariff.choices = await _tariffs(ask)
    _translated(ask, form.moderation)
    return render(ask, "account_new.html", status, form=form, problem=problem, zones=ZONES)


async def _one(ask: Exchange, found: ClientDetail, status: int = 200, problem: str = "", **forms: Form) -> Response:
    change = forms.get("change") or _filled(found)
    assert isinstance(change, ChangeForm)
    change.tariff.choices = await _tariffs(ask)
    _translated(ask, change.moderation, change.traffic, change.uncertain)
    shown: dict[str, Any] = {"change": change, "pay": forms.get("pay") or PayForm()}
    shown["dialects"] = [(one, DIALECT_NAMES[one], one in (change.dialects.data or ())) for one in DIALECTS]
    may = {name: ask.may(kind) for name, kind in COMMANDS.items()}
    return render(ask, "account.html", status, found=found, problem=problem, may=may, zones=ZONES, **shown)


ZONES: Final = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
PAGES = (
    Page("/desk/accounts", show),
    Page("/desk/accounts", add, posts=True),
    Page("/desk/new-account", new),
    Page("/desk/accounts/{login}", one),
    Page("/desk/accounts/{login}", change, posts=True),
    Page("/desk/accounts/{login}/pay", pay, posts=True),
    Page("/desk/accounts/{login}/block", block, posts=True),
    Page("/desk/accounts/{login}/password", set_password, posts=True),
    Page("/desk/accounts/{login}/enter", look_into, posts=True),
    Page("/desk/leave", look_away, posts=True),
)
