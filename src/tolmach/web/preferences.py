"""Language and theme with one click, for those who are signed in and for those who are not."""

from starlette.responses import Response

from tolmach.core.commands.users import SetPreferences
from tolmach.web import security
from tolmach.web.exchange import Exchange
from tolmach.web.languages import LANGUAGES
from tolmach.web.pages import Page

THEMES = ("light", "dark", "")


async def choose(ask: Exchange) -> Response:
    """Keep what was chosen, and go back to the page it was chosen on."""
    assert ask.form is not None
    language, theme = ask.form.get("language"), ask.form.get("theme")
    back = str(ask.form.get("back", "/"))
    response = ask.redirect(back if back.startswith("/") and back[1:2] not in ("/", "\\") else "/")
    for name, chosen, known in (("language", language, LANGUAGES), ("theme", theme, THEMES)):
        if chosen in known:
            ask.site.cookies.write(ask.request, response, name, str(chosen), security.YEAR)
    if ask.signed_in:
        await ask.execute(
            SetPreferences(str(language) if language in LANGUAGES else None, str(theme) if theme in THEMES else None)
        )
    return response


PAGES = (Page("/preferences", choose, posts=True, is_open=True),)
