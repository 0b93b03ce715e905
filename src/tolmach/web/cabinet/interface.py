"""For programs: credentials, tokens, from where they may come, where statuses are posted, and requests to copy."""

from datetime import date
from typing import Final

from starlette.responses import Response

from tolmach.core.commands import GetCallbackUrl, SetCallbackUrl
from tolmach.core.commands.callbacklog import SetNetworks, TryCallback
from tolmach.core.commands.keys import AddKey, ListKeys, RevokeKey
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results.callbacklog import CallbackTrial
from tolmach.core.results.keys import KeyRefusal
from tolmach.services.samples import samples
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page

WORDS: Final = {
    KeyRefusal.BAD_NAME: N_("A name has 1 to 64 Latin letters, digits or . _ @ + -"),
    KeyRefusal.TAKEN: N_("There is a token of this name already."),
    KeyRefusal.PAST: N_("It would have expired already."),
}
NAMES: Final = {
    "prontosms": "ProntoSMS, TargetSMS 1",
    "smspager": "SMS-Pager",
    "targetsms": "TargetSMS 2",
    "mobilgroup": "Mobilgroup",
}


async def show(ask: Exchange) -> Response:
    """Show the page."""
    return await _page(ask)


async def add_key(ask: Exchange) -> Response:
    """Make a token and show it, once."""
    try:
        last = date.fromisoformat(ask.field("last_day")) if ask.field("last_day") else None
    except ValueError:
        return await _page(ask, 422, error=ask.gettext(WORDS[KeyRefusal.PAST]))
    made = await ask.execute(AddKey(ask.field("name").strip(), last))
    if made.refusal is not None:
        return await _page(ask, 422, error=ask.gettext(WORDS[made.refusal]))
    return await _page(ask, made=made.value)


async def revoke_key(ask: Exchange) -> Response:
    """End a token."""
    if not await ask.execute(RevokeKey(ask.field("name"))):
        raise NotFoundError
    return ask.redirect("/cabinet/api", ask.gettext(N_("The token is revoked.")))


async def set_callback(ask: Exchange) -> Response:
    """Change the address that statuses are posted to."""
    try:
        await ask.execute(SetCallbackUrl(ask.field("url").strip()))
    except RequestError as error:
        if error.failure is not Failure.BAD_FIELD:
            raise
        words = ask.gettext(N_("This is no address: write it as in https://shop.example/sms/state"))
        return await _page(ask, 422, error=words)
    return ask.redirect("/cabinet/api", ask.gettext(N_("The address is kept.")))


async def try_callback(ask: Exchange) -> Response:
    """Post a made-up status to that address and show what came back; a script asks for the answer alone."""
    trial = await ask.execute(TryCallback())
    if ask.is_partial:
        return ask.render("cabinet/callback_trial.html", trial=trial)
    return await _page(ask, trial=trial)


async def set_networks(ask: Exchange) -> Response:
    """Change from where programs may use the account."""
    written = ask.field("networks")
    wrong = await ask.execute(SetNetworks(tuple(written.replace(",", " ").split())))
    if wrong:
        words = ask.gettext(N_("This is no address and no network: %s")) % wrong
        return await _page(ask, 422, error=words, networks=written)
    return ask.redirect("/cabinet/api", ask.gettext(N_("The addresses are kept.")))


async def _page(
    ask: Exchange,
    status: int = 200,
    *,
    error: str = "",
    made: str = "",
    networks: str | None = None,
    trial: CallbackTrial | None = None,
) -> Response:
    keys = await ask.execute(ListKeys())
    url = str(ask.request.base_url).rstrip("/")
    examples = samples(keys.login, ask.gettext(N_("PASSWORD")), keys.client_number, keys.sender or "Sender")
    return ask.render(
        "cabinet/api.html",
        status,
        keys=keys,
        callback=(await ask.execute(GetCallbackUrl())).url,
        examples=[(one.dialect, NAMES[one.dialect], one.curl(url)) for one in examples],
        url=url,
        error=error,
        made=made,
        trial=trial,
        networks="\n".join(keys.networks) if networks is None else networks,
        remote=ask.visitor.remote,
        may_change=ask.may(AddKey),
    )


PAGES = (
    Page("/cabinet/api", show),
    Page("/cabinet/api/tokens", add_key, posts=True),
    Page("/cabinet/api/tokens/revoke", revoke_key, posts=True),
    Page("/cabinet/api/callback", set_callback, posts=True),
    Page("/cabinet/api/callback/try", try_callback, posts=True),
    Page("/cabinet/api/networks", set_networks, posts=True),
)
