"""``command`` send: one message to the recipients of a comma list, all or none of them."""

import re
from datetime import datetime, timedelta

from tolmach.codecs import translit, walltime
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import Rejected, SendResult
from tolmach.dialects.mobilgroup.envelope import Fields, check_id
from tolmach.dialects.mobilgroup.vocabulary import NAME, NO_ERROR, RECORDABLE, REJECTIONS, MessageTooLongError

LATIN_LIMIT, UNICODE_LIMIT = 140, 64  # characters of the message as it was written
LONGEST_VALIDITY = 48  # hours
_SENDER = re.compile(r"[A-Za-z0-9 -]{1,9}")
_HOURS = re.compile(r"[0-9]{1,2}")


def read(fields: Fields) -> SendMessages:
    """Read a request to send; RequestError MISSING_FIELD, BAD_FIELD, BAD_DATE or `MessageTooLongError`."""
    phones = [phone for phone in map(str.strip, fields["phone"].split(",")) if phone]
    message = fields["message"]
    request_id = fields["id"]
    if not phones or not message.strip():
        raise RequestError(Failure.MISSING_FIELD, "phone or message")
    check_id(request_id)
    sender = _read_sender(fields["sender"])
    validity = For(_read_validity(fields["valid"]))
    text = _read_text(fields, message)
    due = _read_schedule(fields["schedule"])
    steps = (Step(Channel.SMS, SmsText(text), sender, validity),)
    drafts = tuple([Draft(phone, steps, due=due) for phone in phones])
    return SendMessages(drafts, NAME, Group(request_id, exclusive=True), whole=True)


def outcome(result: SendResult) -> int:
    """Return the error number of the first recipient who stopped the request, 0 when none did.

    A recipient recorded as refused (stop list, closed direction) is told by the status, not here; nor does one
    who would have been recorded stop the others.
    """
    reasons = [item.reason for item in result.items if isinstance(item, Rejected) and not item.recorded]
    if not reasons:
        return NO_ERROR
    return REJECTIONS[next((reason for reason in reasons if reason not in RECORDABLE), reasons[0])]


def _read_sender(text: str) -> str | None:
    if not text:
        return None
    if _SENDER.fullmatch(text) is None:
        raise RequestError(Failure.BAD_FIELD, "sender is not 1 to 9 Latin letters, digits, spaces, hyphens")
    return text


def _read_validity(text: str) -> timedelta:
    """Read hours; the default is one."""
    if not text:
        return timedelta(hours=1)
    if _HOURS.fullmatch(text) is None or not 1 <= int(text) <= LONGEST_VALIDITY:
        raise RequestError(Failure.BAD_FIELD, "valid is not 1 to 48 hours")
    return timedelta(hours=int(text))


def _read_text(fields: Fields, message: str) -> str:
    """Return the text to send, with LF line breaks: transliterated unless the client asks for Unicode."""
    as_written = _asks_unicode(fields)
    limit = UNICODE_LIMIT if as_written else LATIN_LIMIT
    if len(message) > limit:
        raise MessageTooLongError(len(message), limit)
    message = message.replace("\r\n", "\n").replace("\r", "\n")
    return message if as_written else translit.transliterate(message)


def _asks_unicode(fields: Fields) -> bool:
    """Read ``rus_sms`` (the manual's table) or else ``translit`` (the manual's sample), which says the opposite."""
    unicode_wanted, latin_wanted = fields["rus_sms"], fields["translit"]
    if unicode_wanted not in ("", "0", "1") or latin_wanted not in ("", "0", "1"):
        raise RequestError(Failure.BAD_FIELD, "rus_sms or translit is neither 0 nor 1")
    return unicode_wanted == "1" if unicode_wanted else latin_wanted == "0"


def _read_schedule(text: str) -> datetime | None:
    try:
        return walltime.read(text) if text else None
    except ValueError as error:
        raise RequestError(Failure.BAD_DATE, str(error)) from None
