"""Traces by OpenTelemetry, sent as OTLP over HTTP. Nothing of it is imported unless the settings ask for it.

The standard environment variables hold (``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_TRACES_SAMPLER``, ``OTEL_SERVICE_NAME``
...); see docs/operations/tracing.md. Spans are sent by a thread of the library's, and left out when it cannot keep up.
"""

import os
import time
from typing import TYPE_CHECKING, Any, Final

from tolmach.core.requests import Place, place_of, read_traceparent
from tolmach.core.traces import Facts, Stage

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import SpanContext

PROTOCOL: Final = "http/protobuf"
_ASKED: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


class TracesMissingError(Exception):
    """Traces are asked for and cannot be sent; the text says what is missing."""


class TracedSpan:
    """One span; see `tolmach.core.traces.Span`."""

    __slots__ = ("_failed", "_span", "place")

    def __init__(self, span: "OtelSpan", failed: Any) -> None:
        self._span = span
        self._failed = failed
        context = span.get_span_context()
        recorded = context.is_valid and context.trace_flags.sampled
        self.place = Place(f"{context.trace_id:032x}", f"{context.span_id:016x}") if recorded else None

    def note(self, facts: Facts) -> None:
        """Add what is known now."""
        self._span.set_attributes(facts)

    def fail(self, reason: str) -> None:
        """Say that it did not do what it should."""
        self._span.set_status(self._failed, reason)

    def end(self) -> None:
        """Say that it is over."""
        self._span.end()


class OtelTraces:
    """Takes spans; see `tolmach.core.traces.Traces`.

    ``join``: the trace of a caller goes on here; else a request begins one of its own, with a link to the caller's.
    """

    def __init__(self, provider: "TracerProvider", *, join: bool) -> None:
        from opentelemetry import trace  # noqa: PLC0415 - optional, and slow to import

        self._trace = trace
        self._provider = provider
        self._tracer = provider.get_tracer("tolmach")
        self._join = join
        kinds = trace.SpanKind
        self._kinds = {
            Stage.COMMIT: kinds.INTERNAL,
            Stage.SUBMIT: kinds.CLIENT,
            Stage.RECEIPT: kinds.CONSUMER,
            Stage.CALLBACK: kinds.CLIENT,
        }

    def now(self) -> int:
        """Return the moment for ``since``."""
        return time.time_ns()

    def request(self, name: str, path: str, traceparent: str, facts: Facts) -> TracedSpan:
        """Begin the span of a request."""
        trace = self._trace
        caller = read_traceparent(traceparent) if traceparent else None
        parent, links = trace.set_span_in_context(trace.INVALID_SPAN), []
        if caller is not None:
            there = self._context(*caller)
            if self._join:
                parent = trace.set_span_in_context(trace.NonRecordingSpan(there))
            else:
                links = [trace.Link(there)]
        known: Facts = {"url.path": path, "tolmach.request_id": name, **facts}
        kind = trace.SpanKind.SERVER
        span = self._tracer.start_span(f"request {path}", parent, kind, attributes=known, links=links)
        return TracedSpan(span, trace.StatusCode.ERROR)

    def begin(self, stage: Stage, request: str, facts: Facts, since: int | None = None) -> TracedSpan | None:
        """Begin a span below that of a request."""
        place = place_of(request)
        if place is None:
            return None
        span = self._tracer.start_span(
            stage.value, self._below(place), self._kinds[stage], attributes=facts, start_time=since
        )
        return TracedSpan(span, self._trace.StatusCode.ERROR)

    def record(self, stage: Stage, request: str, facts: Facts, since: int, failure: str = "") -> None:
        """Record what is over now."""
        span = self.begin(stage, request, facts, since)
        if span is not None:
            if failure:
                span.fail(failure)
            span.end()

    def close(self) -> None:
        """Send what is left; takes as long as OTEL_EXPORTER_OTLP_TIMEOUT allows."""
        self._provider.shutdown()

    def _below(self, place: Place) -> "Context":
        return self._trace.set_span_in_context(self._trace.NonRecordingSpan(self._context(place, sampled=True)))

    def _context(self, place: Place, sampled: bool) -> "SpanContext":
        flags = self._trace.TraceFlags(self._trace.TraceFlags.SAMPLED if sampled else self._trace.TraceFlags.DEFAULT)
        return self._trace.SpanContext(int(place.trace, 16), int(place.span, 16), is_remote=True, trace_flags=flags)


def open_traces(version: str, process: str, *, join: bool, exporter: "SpanExporter | None" = None) -> OtelTraces:
    """Return what sends traces as the environment says; `TracesMissingError`.

    ``process`` tells this one from others; ``exporter`` takes the place of OTLP.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise TracesMissingError("traces need OpenTelemetry: pip install 'tolmach[otel]'") from None
    for name in _ASKED:
        if os.environ.get(name, PROTOCOL) != PROTOCOL:
            raise TracesMissingError(f"{name}: traces are sent by {PROTOCOL} only")
    ours = {"service.name": "tolmach", "service.version": version, "service.instance.id": process}
    resource = Resource.create({**ours, **OTELResourceDetector().detect().attributes})
    try:
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    except ValueError as error:  # a variable that makes no sense
        raise TracesMissingError(f"traces cannot be sent as the environment says: {error}") from None
    return OtelTraces(provider, join=join)
