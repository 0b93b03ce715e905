"""Compose: to whom, what and when; what it costs while it is written; a look at it before it goes out."""

import secrets

from starlette.responses import Response

from tolmach.core.commands import GetBalance, GetTime, ListBases, ListPatterns, ListSenders
from tolmach.core.commands.composing import ComposeMessages, Composition, QuoteText
from tolmach.core.content import Channel
from tolmach.core.drafts import Success
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import SenderState
from tolmach.core.results.composing import ComposeResult
from tolmach.web.cabinet.composeform import FURTHER, LASTS, PLACES, UNLESS, WAITS, WAYS, ComposeForm
from tolmach.web.exchange import Exchange
from tolmach.web.forms import text
from tolmach.web.languages import N_
from tolmach.web.pages import Page


async def show(ask: Exchange) -> Response:
    """Show an empty form, or one that begins with a number."""
    recipients = ask.request.query_params.get("to", "")[:20]
    return await _page(ask, ComposeForm(recipients=recipients))


async def count(ask: Exchange) -> Response:
    """Answer what the text that is being written is to a phone network, and what it would cost."""
    form = ComposeForm(ask.form)
    good = form.good()
    is_sms = good and Channel.SMS in form.channels()
    quote = await ask.execute(QuoteText(text(form.text))) if is_sms else None
    result, error = await _look(ask, form) if good else (None, "")
    to_be_read = good and any(step.success is Success.READ for step in form.steps())
    return ask.render(
        "cabinet/compose_count.html",
        quote=quote,
        result=result,
        error=error,
        to_be_read=to_be_read,
        currency=ask.visitor.currency,
    )


async def review(ask: Exchange) -> Response:
    """Show what would be sent, send a test, or send it."""
    form = ComposeForm(ask.form)
    assert ask.form is not None
    action = str(ask.form.get("action", "review"))
    if not form.good() or action == "edit":
        return await _page(ask, form, 200 if action == "edit" else 422)
    if action == "test":
        return await _test(ask, form)
    result, error = await _look(ask, form)
    if result is None or not result.recipients:
        return await _page(ask, form, 422, error or ask.gettext(N_("Name at least one number or base.")))
    if action == "send" and result.accepted:
        return await _send(ask, form)
    return ask.render("cabinet/compose_review.html", form=form, result=result, fields=_kept(form))


async def _send(ask: Exchange, form: ComposeForm) -> Response:
    try:
        sent = await ask.execute(ComposeMessages(form.composition(), once=text(form.once)))
    except RequestError as error:
        if error.failure is Failure.REPEATED:
            return ask.redirect("/cabinet/messages", ask.gettext(N_("It has been sent already.")))
        raise
    formats = ask.formats()
    words = ask.gettext(N_("Accepted: %(count)s.")) % {"count": formats.number(sent.accepted)}
    if sent.campaign is not None:
        return ask.redirect(f"/cabinet/campaigns/{sent.campaign}", words)
    if sent.first is None:
        return ask.redirect("/cabinet/messages", words)
    return ask.redirect(f"/cabinet/messages/{sent.first}", words)


async def _test(ask: Exchange, form: ComposeForm) -> Response:
    """Send what is composed to one number, at once."""
    number = text(form.test_to).strip()
    if not number:
        form.test_to.errors = [N_("Write your number.")]
        return await _page(ask, form, 422)
    sent = await ask.execute(ComposeMessages(Composition(number, (), form.steps())))
    if not sent.accepted:
        reason = next(iter(sent.rejected))
        return await _page(ask, form, 422, ask.rejection(reason))
    return await _page(ask, form, said=ask.gettext(N_("The test is on its way to %(number)s.")) % {"number": number})


async def _look(ask: Exchange, form: ComposeForm) -> tuple[ComposeResult | None, str]:
    """Return what it would cost, or why that cannot be told."""
    senseless = ask.gettext(N_("The moment of sending, or the quiet hours, make no sense."))
    try:
        return await ask.execute(ComposeMessages(form.composition(), dry_run=True)), ""
    except ValueError:
        return None, senseless
    except RequestError as error:
        if error.failure is not Failure.BAD_DATE:
            raise
        return None, ask.gettext(N_("It can be sent five years from now at the latest."))


async def _page(ask: Exchange, form: ComposeForm, status: int = 200, error: str = "", said: str = "") -> Response:
    senders = await ask.execute(ListSenders())
    bases = (await ask.execute(ListBases())).bases
    patterns = (await ask.execute(ListPatterns())).patterns
    now = (await ask.execute(GetTime())).now
    sold = {row.channel.value for row in (await ask.execute(GetBalance())).directions}
    chosen = {"sms", *(form[name].data for name in PLACES)}  # SMS is said to be closed, rather than left out
    form.once.data = text(form.once) or secrets.token_urlsafe(12)
    shown = {"said": said} if said else {}
    return ask.render(
        "cabinet/compose.html",
        status,
        form=form,
        error=error,
        names=[one.name for one in senders.senders if one.state == SenderState.COMPLETED],
        default=next((one.name for one in senders.senders if one.is_default), ""),
        bases=bases,
        patterns=patterns,
        now=now,
        waits=WAITS,
        unless=UNLESS,
        lasting=LASTS,
        offered=[(value, label) for value, label in WAYS if value in sold or value in chosen],
        further=[(value, label) for value, label in FURTHER if value in ("", *sold) or value in chosen],
        **shown,
    )


def _kept(form: ComposeForm) -> list[tuple[str, str]]:
    """Return what the form says as hidden fields, so that it can be sent or gone back to."""
    pairs = [(name, str(field.data or "")) for name, field in form._fields.items() if name not in ("bases", "test_to")]
    return pairs + [("bases", reference) for reference in form.bases.data or ()]


PAGES = (
    Page("/cabinet/compose", show),
    Page("/cabinet/compose", review, posts=True),
    Page("/cabinet/compose/count", count, posts=True),
)
