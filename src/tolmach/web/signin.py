"""Signing in and out: password, then a code where a second factor is on."""

from typing import Final

from starlette.responses import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from tolmach.services.entrance import Refusal
from tolmach.web import security
from tolmach.web.exchange import Exchange
from tolmach.web.forms import Form, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page

NEXT: Final = "next"
REFUSALS: Final = {
    Refusal.WRONG: N_("Login or password is wrong."),
    Refusal.LOCKED: N_("Too many wrong attempts. Wait a few minutes and try again."),
    Refusal.ENDED: N_("It took too long. Sign in again."),
}
WRONG_CODE: Final = N_("The code is wrong. Codes change every half minute, and each is good once.")


class SignInForm(Form):
    """Login and password."""

    login = StringField(N_("Login"), [InputRequired(N_("Write your login.")), Length(max=64)])
    password = PasswordField(N_("Password"), [InputRequired(N_("Write your password.")), Length(max=256)])


class CodeForm(Form):
    """A code of the authenticator, or a recovery code."""

    code = StringField(N_("Code"), [InputRequired(N_("Write the code.")), Length(max=64)])


async def show(ask: Exchange) -> Response:
    """Show the form; whoever is signed in goes on."""
    if ask.signed_in:
        return ask.redirect(home(ask))
    return _form(ask, SignInForm())


async def enter(ask: Exchange) -> Response:
    """Check login and password."""
    form = SignInForm(ask.form)
    if not form.good():
        return _form(ask, form, status=422)
    device = ask.request.headers.get("user-agent", "")
    entered = await ask.site.entrance.enter(text(form.login).strip(), text(form.password), remote(ask), device)
    if isinstance(entered, Refusal):
        return _form(ask, form, ask.gettext(REFUSALS[entered]), status=422)
    response = ask.redirect("/sign-in/code" if entered.needs_code else _onward(ask))
    ask.site.cookies.write(
        ask.request, response, security.SESSION, entered.cookie, None if entered.needs_code else KEPT
    )
    return response


KEPT: Final = 14 * 24 * 3600


async def show_code(ask: Exchange) -> Response:
    """Show the form for the code."""
    cookie = ask.site.cookies.read(ask.request, security.SESSION)
    if not cookie or not await ask.site.entrance.waits_for_code(cookie):
        return ask.redirect("/sign-in")
    return ask.render("code.html", form=CodeForm(), error="")


async def confirm(ask: Exchange) -> Response:
    """Check the code."""
    form = CodeForm(ask.form)
    if not form.good():
        return ask.render("code.html", 422, form=form, error="")
    cookie = ask.site.cookies.read(ask.request, security.SESSION)
    refusal = await ask.site.entrance.confirm(cookie, text(form.code), remote(ask))
    if refusal is Refusal.ENDED:
        return _form(ask, SignInForm(), ask.gettext(REFUSALS[refusal]), status=422)
    if refusal is not None:
        words = WRONG_CODE if refusal is Refusal.WRONG else REFUSALS[refusal]
        return ask.render("code.html", 422, form=form, error=ask.gettext(words))
    response = ask.redirect(_onward(ask))
    ask.site.cookies.write(ask.request, response, security.SESSION, cookie, KEPT)
    return response


async def leave(ask: Exchange) -> Response:
    """End the session."""
    await ask.site.entrance.leave(ask.site.cookies.read(ask.request, security.SESSION))
    response = ask.redirect("/sign-in")
    ask.site.cookies.drop(ask.request, response, security.SESSION)
    return response


def remote(ask: Exchange) -> str:
    """Return the address that asks."""
    return ask.request.client.host if ask.request.client else ""


def home(ask: Exchange) -> str:
    """Return the page to begin with: whoever is signed in has an account's cabinet or the operator's desk."""
    return "/desk/" if ask.signed_in and ask.visitor.account is None else "/cabinet/"


def _onward(ask: Exchange) -> str:
    """Return the page that was asked for before signing in (one of ours, and no other site's), else the way in."""
    wished = ask.site.cookies.read(ask.request, NEXT)
    ours = wished.startswith(("/cabinet/", "/desk/", "/profile")) and wished.isprintable() and "\\" not in wished
    return wished if ours else "/sign-in"


def _form(ask: Exchange, form: Form, error: str = "", status: int = 200) -> Response:
    return ask.render("signin.html", status, form=form, error=error)


PAGES = (
    Page("/sign-in", show, is_open=True),
    Page("/sign-in", enter, posts=True, is_open=True),
    Page("/sign-in/code", show_code, is_open=True),
    Page("/sign-in/code", confirm, posts=True, is_open=True),
    Page("/sign-out", leave, posts=True),
)
