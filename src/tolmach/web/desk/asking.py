"""What pages of the desk have in common: they show with their words, and tell why a wish was not fulfilled."""

from typing import Any

from starlette.responses import Response

from tolmach.core.commands import Command
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.words import WORDS
from tolmach.web.exchange import Exchange


def show(ask: Exchange, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page of the desk."""
    return ask.render(f"desk/{template}", status, **(WORDS | values))


async def attempt(ask: Exchange, command: Command[Any], back: str, done: str) -> Response:
    """Carry out a change and go back to a page, which says ``done`` (already translated) or why not."""
    try:
        await ask.execute(command)
    except AdministrationError as error:
        return ask.redirect(back, trouble=ask.why(error))
    return ask.redirect(back, done)


def sent(ask: Exchange, name: str, longest: int = 255) -> str:
    """Return a field of the form that was sent, without white space at its ends."""
    assert ask.form is not None
    value = ask.form.get(name, "")
    return value.strip()[:longest] if isinstance(value, str) else ""
