"""The address that statuses are posted to, as the account itself sees and sets it.

Only its form is checked here. Where it leads is checked with every post (`tolmach.connectors`), since a name may lead
elsewhere by then.
"""

from tolmach.core.commands import GetCallbackUrl, SetCallbackUrl
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CallbackUrlResult
from tolmach.services import fields
from tolmach.services.administration import BadValueError
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts


def show(asked: Context, _command: GetCallbackUrl) -> CallbackUrlResult:
    """Return the address."""
    return CallbackUrlResult(asked.account.callback_url or "")


def change(asked: Context, command: SetCallbackUrl) -> CallbackUrlResult:
    """Store another address; RequestError BAD_FIELD."""
    try:
        url = fields.callback_url(command.url) if command.url else ""
    except BadValueError:
        raise RequestError(Failure.BAD_FIELD, "the callback URL is not an http or https address") from None
    if url != (asked.account.callback_url or ""):
        accounts.change(asked.tx, asked.account.id, {"callback_url": url or None})
    return CallbackUrlResult(url)


READERS: Handlers = {GetCallbackUrl: show}
WRITERS: Handlers = {SetCallbackUrl: change}
