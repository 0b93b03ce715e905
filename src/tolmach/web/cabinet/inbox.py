"""The inbox: what subscribers wrote, newest first, and the conversation with one of them, with a place to reply."""

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tolmach.core.commands import ListSenders
from tolmach.core.commands.composing import ComposeMessages, Composition
from tolmach.core.commands.inbox import BrowseIncoming, ShowConversation
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import For, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.results import SenderState
from tolmach.core.results.inbox import Conversation
from tolmach.web import parameters
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.forms import Form, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page

LASTS: Final = timedelta(days=1)


class ReplyForm(Form):
    """A reply by SMS."""

    text = TextAreaField(N_("Reply"), [InputRequired(N_("Write something.")), Length(max=40_000)])
    sender = StringField(N_("Sender"), [Length(max=15)])
    once = HiddenField()


async def show(ask: Exchange) -> Response:
    """Show a page of messages; a script asks for the list alone."""
    sender = parameters.text(ask.request, "sender", 20)
    found = await ask.execute(BrowseIncoming(sender, parameters.number(ask.request, "before")))
    kept = {"sender": sender} if sender else {}
    template = "cabinet/inbox_live.html" if ask.is_partial else "cabinet/inbox.html"
    return ask.render(template, found=found, sender=sender, further=urlencode(kept | {"before": str(found.before)}))


async def one(ask: Exchange) -> Response:
    """Show a conversation; a script asks for its lines alone."""
    found = await _find(ask)
    if ask.is_partial:
        return ask.render("cabinet/conversation_lines.html", found=found)
    return await _page(ask, found, ReplyForm())


async def reply(ask: Exchange) -> Response:
    """Send a reply."""
    found, form = await _find(ask), ReplyForm(ask.form)
    if not form.good() or not found.answerable:
        return await _page(ask, found, form, 422)
    step = Step(Channel.SMS, SmsText(text(form.text)), text(form.sender) or None, For(LASTS))
    path = f"/cabinet/inbox/{found.about.id}"
    try:
        sent = await ask.execute(ComposeMessages(Composition(found.about.sender, (), (step,)), once=text(form.once)))
    except RequestError as error:
        if error.failure is Failure.REPEATED:
            return ask.redirect(path, ask.gettext(N_("It has been sent already.")))
        raise
    if not sent.accepted:
        return await _page(ask, found, form, 422, ask.rejection(next(iter(sent.rejected))))
    return ask.redirect(path, ask.gettext(N_("The reply is on its way.")))


async def _find(ask: Exchange) -> Conversation:
    number = parse_id(ask.request.path_params["id"])
    found = None if number is None else await ask.execute(ShowConversation(number))
    if found is None:
        raise NotFoundError
    return found


async def _page(ask: Exchange, found: Conversation, form: ReplyForm, status: int = 200, error: str = "") -> Response:
    """Show a conversation; who may not send sees no form."""
    may_reply = found.answerable and ask.may(ComposeMessages)
    names = [one.name for one in (await ask.execute(ListSenders())).senders if one.state == SenderState.COMPLETED]
    if not form.sent and found.about.recipient in names:  # answer from the number that was written to
        form.sender.data = found.about.recipient
    form.once.data = text(form.once) or secrets.token_urlsafe(12)
    return ask.render(
        "cabinet/conversation.html", status, found=found, form=form, may_reply=may_reply, names=names, error=error
    )


PAGES = (
    Page("/cabinet/inbox", show),
    Page("/cabinet/inbox/{id}", one),
    Page("/cabinet/inbox/{id}", reply, posts=True),
)
