"""One POST of callbacks as traces show it: a span for each message that it tells of, below that of its request."""

from collections.abc import Collection, Mapping, Sequence
from typing import Self

from tolmach.core.traces import Span, Stage, Traces
from tolmach.services.notices import Notice


class Posting:
    """The spans of a POST that is under way; none where nobody records traces."""

    def __init__(self, spans: Sequence[tuple[int, Span]] = ()) -> None:
        self._spans = spans

    @classmethod
    def begin(cls, traces: Traces, notice: Notice) -> Self:
        """Begin a span for each message of a traced request."""
        spans: list[tuple[int, Span]] = []
        for state in notice.states:
            facts = {
                "tolmach.message": state.message,
                "tolmach.account": int(notice.account),
                "tolmach.status": state.status.value,
                "tolmach.callback.states": len(notice.states),
            }
            span = traces.begin(Stage.CALLBACK, state.request, facts)
            if span is not None:
                spans.append((state.message, span))
        return cls(spans)

    @property
    def headers(self) -> Mapping[str, str]:
        """The ``traceparent`` with which the receiver can go on; none when the POST belongs to several traces."""
        places = [span.place for _, span in self._spans if span.place is not None]
        if not places or len({place.trace for place in places}) > 1:
            return {}
        return {"traceparent": places[0].traceparent}

    def end(self, acknowledged: Collection[int], error: str) -> None:
        """The POST is answered, or will not be."""
        for message, span in self._spans:
            confirmed = message in acknowledged
            span.note({"tolmach.acknowledged": confirmed})
            if not confirmed:
                span.fail(error or "not acknowledged")
            span.end()
