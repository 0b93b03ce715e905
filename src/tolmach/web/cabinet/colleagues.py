"""The users of the account, and the log of what they changed."""

from typing import Final

from starlette.responses import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from tolmach.core.commands.users import AddUser, EditUser, ListAudit, ListUsers
from tolmach.core.ids import parse_id
from tolmach.core.results.users import UserChange
from tolmach.core.users import ACCOUNT_ROLES, Role, User
from tolmach.web.details import in_words
from tolmach.web.exchange import ROLES, Exchange, NotFoundError
from tolmach.web.forms import Form, choices, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number

WORDS: Final = {
    UserChange.TAKEN: N_("Somebody has this login already."),
    UserChange.BAD_LOGIN: N_("1 to 64 Latin letters, digits and . _ @ + -, a letter or digit first."),
    UserChange.BAD_PASSWORD: N_("Take at least 8 characters, without spaces at the ends."),
    UserChange.BAD_ROLE: N_("This role does not exist here."),
    UserChange.SELF: N_("You cannot block yourself or take your own role away."),
}
OFFERED: Final = [(role.value, ROLES[role]) for role in ACCOUNT_ROLES]


class UserForm(Form):
    """Somebody new."""

    login = StringField(N_("Login"), [InputRequired(WORDS[UserChange.BAD_LOGIN]), Length(max=64)])
    password = PasswordField(N_("First password"), [InputRequired(WORDS[UserChange.BAD_PASSWORD]), Length(max=128)])
    role = SelectField(N_("Role"), choices=choices(OFFERED), default=Role.SENDER.value)


class EditForm(Form):
    """Changes of somebody; an empty password keeps the old one."""

    role = SelectField(N_("Role"), choices=choices(OFFERED))
    password = PasswordField(N_("New password"), [Length(max=128)])


async def show(ask: Exchange) -> Response:
    """Show the users and the form for another one."""
    return await _page(ask, UserForm())


async def add(ask: Exchange) -> Response:
    """Add a user."""
    form = UserForm(ask.form)
    if not form.good():
        return await _page(ask, form, 422)
    outcome = await ask.execute(AddUser(text(form.login).strip(), Role(form.role.data), text(form.password)))
    if outcome is not UserChange.DONE:
        field = form.password if outcome is UserChange.BAD_PASSWORD else form.login
        field.errors = [WORDS[outcome]]
        return await _page(ask, form, 422)
    words = ask.gettext(N_("%(login)s can sign in now.")) % {"login": text(form.login).strip()}
    return ask.redirect("/cabinet/users", words)


async def show_one(ask: Exchange) -> Response:
    """Show one user with what can be changed."""
    user = await _find(ask)
    return ask.render("cabinet/user.html", user=user, form=EditForm(role=user.role.value), error="")


async def edit(ask: Exchange) -> Response:
    """Change a user: role and password, second factor, or whether he may sign in."""
    user, form = await _find(ask), EditForm(ask.form)
    changes = {
        "save": EditUser(user.id, _role(form), password=text(form.password) or None),
        "reset": EditUser(user.id, reset_totp=True),
        "block": EditUser(user.id, blocked=True),
        "unblock": EditUser(user.id, blocked=False),
    }
    command = changes.get(ask.field("action"))
    if command is None or (not form.good() and command is changes["save"]):
        raise NotFoundError
    outcome = await ask.execute(command)
    if outcome is not UserChange.DONE:
        return ask.render("cabinet/user.html", 422, user=user, form=form, error=ask.gettext(WORDS[outcome]))
    words = ask.gettext(N_("%(login)s is changed, and has to sign in again.")) % {"login": user.login}
    return ask.redirect("/cabinet/users", words)


async def changes(ask: Exchange) -> Response:
    """Show what was changed in the account, page by page."""
    found = await ask.execute(ListAudit(number(ask.request, "before")))
    return ask.render("cabinet/changes.html", found=found, in_words=in_words)


def _role(form: EditForm) -> Role | None:
    return Role(form.role.data) if form.role.data in list(ACCOUNT_ROLES) else None


async def _find(ask: Exchange) -> User:
    wanted = parse_id(ask.request.path_params["id"])
    for user in (await ask.execute(ListUsers())).users:
        if user.id == wanted:
            return user
    raise NotFoundError


async def _page(ask: Exchange, form: UserForm, status: int = 200) -> Response:
    users = (await ask.execute(ListUsers())).users
    return ask.render("cabinet/users.html", status, users=users, form=form, offered=OFFERED)


PAGES = (
    Page("/cabinet/users", show),
    Page("/cabinet/users", add, posts=True),
    Page("/cabinet/users/{id}", show_one),
    Page("/cabinet/users/{id}", edit, posts=True),
    Page("/cabinet/changes", changes),
)
