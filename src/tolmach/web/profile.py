"""One's own page: password, second factor, where one is signed in."""

import re
from typing import Final

import segno
from starlette.responses import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from tolmach.core.commands.users import (
    ChangePassword,
    DropSecondFactor,
    EndSession,
    GetProfile,
    ListSessions,
    SetSecondFactor,
)
from tolmach.core.results.users import SelfChange
from tolmach.services import secondfactor
from tolmach.web import devices
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.forms import Form, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page

ISSUER: Final = "Tolmach"
SHORTEST: Final = 8
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")
WORDS: Final = {
    SelfChange.WRONG_PASSWORD: N_("The password is wrong."),
    SelfChange.BAD_PASSWORD: N_("Take at least 8 characters, without spaces at the ends."),
    SelfChange.NOT_FOUND: N_("This session has ended already."),
}


class PasswordForm(Form):
    """The old password, and twice the new one."""

    old = PasswordField(N_("Current password"), [InputRequired(N_("Write your password.")), Length(max=256)])
    new = PasswordField(
        N_("New password"),
        [InputRequired(N_("Write a new password.")), Length(SHORTEST, 128, WORDS[SelfChange.BAD_PASSWORD])],
    )
    again = PasswordField(N_("New password again"), [EqualTo("new", N_("The two passwords differ."))])


class FactorForm(Form):
    """The secret that was shown, and a code that proves that it was kept."""

    secret = HiddenField()
    code = StringField(N_("Code from the app"), [InputRequired(N_("Write the code.")), Length(max=16)])


class OffForm(Form):
    """The password once more."""

    password = PasswordField(N_("Current password"), [InputRequired(N_("Write your password.")), Length(max=256)])


async def show(ask: Exchange) -> Response:
    """Show the page."""
    return await _page(ask)


async def change_password(ask: Exchange) -> Response:
    """Store a new password."""
    form = PasswordForm(ask.form)
    if not form.good():
        return await _page(ask, 422, password=form)
    outcome = await ask.execute(ChangePassword(text(form.old), text(form.new)))
    if outcome is SelfChange.DONE:
        return ask.redirect("/profile", ask.gettext(N_("The password is changed; your other sessions are signed out.")))
    field = form.old if outcome is SelfChange.WRONG_PASSWORD else form.new
    field.errors = [WORDS[outcome]]
    return await _page(ask, 422, password=form)


async def show_factor(ask: Exchange) -> Response:
    """Show a new secret as a picture."""
    return _factor(ask, FactorForm(secret=secondfactor.make_secret()))


async def set_factor(ask: Exchange) -> Response:
    """Turn the second factor on, and show the recovery codes once."""
    form = FactorForm(ask.form)
    if not _SECRET.fullmatch(text(form.secret)):
        return ask.redirect("/profile/second-factor")
    if not form.good():
        return _factor(ask, form, 422)
    result = await ask.execute(SetSecondFactor(text(form.secret), text(form.code)))
    if not result.codes:
        form.code.errors = [N_("The code is wrong. Is the clock of your phone right?")]
        return _factor(ask, form, 422)
    return ask.render("codes.html", codes=result.codes)


async def drop_factor(ask: Exchange) -> Response:
    """Turn the second factor off."""
    form = OffForm(ask.form)
    if form.good():
        outcome = await ask.execute(DropSecondFactor(text(form.password)))
        if outcome is SelfChange.DONE:
            return ask.redirect("/profile", ask.gettext(N_("The second factor is off.")))
        form.password.errors = [WORDS[outcome]]
    return await _page(ask, 422, off=form)


async def end_session(ask: Exchange) -> Response:
    """Sign out one session, or all the others."""
    assert ask.form is not None
    number = str(ask.form.get("session", ""))
    if not number.isdecimal() or len(number) > 15:
        raise NotFoundError
    if await ask.execute(EndSession(int(number))) is SelfChange.NOT_FOUND:
        raise NotFoundError
    return ask.redirect("/profile", ask.gettext(N_("Signed out.")))


async def _page(ask: Exchange, status: int = 200, **forms: Form) -> Response:
    profile = await ask.execute(GetProfile())
    sessions = await ask.execute(ListSessions())
    shown: dict[str, Form] = {"password": PasswordForm(), "off": OffForm(), **forms}
    return ask.render("profile.html", status, profile=profile, sessions=sessions.sessions, named=devices.named, **shown)


def _factor(ask: Exchange, form: FactorForm, status: int = 200) -> Response:
    secret = text(form.secret)
    picture = segno.make(secondfactor.address(secret, ask.visitor.user.login, ISSUER), error="m")
    drawn = picture.svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=False)
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return ask.render("factor.html", status, form=form, picture=drawn, secret=spaced)


PAGES = (
    Page("/profile", show),
    Page("/profile/password", change_password, posts=True),
    Page("/profile/second-factor", show_factor),
    Page("/profile/second-factor", set_factor, posts=True),
    Page("/profile/second-factor/off", drop_factor, posts=True),
    Page("/profile/sessions", end_session, posts=True),
)
