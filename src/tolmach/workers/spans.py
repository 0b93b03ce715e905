"""Spans of what workers do in batches, each below that of the request which brought its message."""

from collections.abc import Sequence

from tolmach.core.delivery import Outcome, Sent, Submission
from tolmach.core.ids import split_id
from tolmach.core.traces import Facts, Heard, Stage, Traces


def submitted(traces: Traces, piece: Sequence[Submission], outcomes: Sequence[tuple[str, Outcome]], since: int) -> None:
    """Record the hand-over of legs to their links; what no link was asked for is not recorded."""
    for submission, (link, outcome) in zip(piece, outcomes, strict=True):
        if link:
            message, step = split_id(submission.leg)
            told = type(outcome).__name__.lower()
            facts: Facts = {
                "tolmach.message": message,
                "tolmach.step": step,
                "tolmach.channel": submission.channel.value,
                "tolmach.link": link,
                "tolmach.attempt": submission.attempt,
                "tolmach.outcome": told,
            }
            failure = "" if isinstance(outcome, Sent) else told
            traces.record(Stage.SUBMIT, submission.request, facts, since, failure)


def heard(traces: Traces, receipts: Sequence[Heard], since: int) -> None:
    """Record receipts, from when they came until they were stored."""
    for one in receipts:
        facts: Facts = {
            "tolmach.message": one.message,
            "tolmach.step": one.step,
            "tolmach.link": one.link,
            "tolmach.status": one.status,
        }
        traces.record(Stage.RECEIPT, one.request, facts, since)
