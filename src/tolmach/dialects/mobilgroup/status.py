"""``command`` status: how far an earlier request has come, with or without its recipients."""

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import GetCampaign
from tolmach.core.results import CampaignDetail
from tolmach.dialects.mobilgroup.envelope import Fields, check_id
from tolmach.dialects.mobilgroup.vocabulary import NAME, STATUSES, mailing_status


def read(fields: Fields) -> GetCampaign:
    """Read the client's number of the request; RequestError MISSING_FIELD or BAD_FIELD."""
    request_id = fields["id"]
    check_id(request_id)
    return GetCampaign(NAME, request_id)


def lines(result: CampaignDetail, *, extended: bool) -> list[str]:
    """Write the status of the whole and, when ``extended``, one line per recipient in order of sending."""
    head = [f"<status>{mailing_status(result.summary.counts)}</status>"]
    return [*head, "<extended>", *_destinations(result), "</extended>"] if extended else head


def _destinations(result: CampaignDetail) -> list[str]:
    """Nothing has happened yet to a queued recipient: its time is the one at which sending begins."""
    return [
        f"<dest><phone>{xmltree.escape(state.recipient)}</phone>"
        f"<time>{walltime.minutes(state.changed_at or result.summary.sends_at)}</time>"
        f"<status>{STATUSES[state.status]}</status></dest>"
        for state in result.recipients
    ]
