"""An OpenTelemetry collector: takes OTLP over HTTP on a free port of this machine and keeps the spans."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.gateway import until


class Taken(NamedTuple):
    """A span that was sent."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    facts: Mapping[str, Any]
    failure: str
    links: tuple[str, ...]
    service: str


@dataclass
class Collector:
    """What was sent to a ``url``; ``octets`` are the documents as they came."""

    url: str = ""
    spans: list[Taken] = field(default_factory=list)
    octets: list[bytes] = field(default_factory=list)

    async def named(self, *names: str) -> dict[str, Taken]:
        """Wait for spans of these names, and return the first of each."""

        async def all_there() -> bool:
            return set(names) <= {span.name for span in self.spans}

        await until(all_there)
        return {name: next(span for span in self.spans if span.name == name) for name in names}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Run a collector."""
    collector = Collector()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        assert (request.method, request.path) == ("POST", "/v1/traces")
        body = await request.read()
        collector.octets.append(body)
        collector.spans += _spans(ExportTraceServiceRequest.FromString(body))
        return web.Response(content_type="application/x-protobuf")

    runner = web.ServerRunner(web.Server(take), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield collector
    finally:
        await runner.cleanup()


def _spans(document: ExportTraceServiceRequest) -> list[Taken]:
    return [
        Taken(
            span.name,
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            span.kind,
            _values(span.attributes),
            span.status.message,
            tuple(link.trace_id.hex() for link in span.links),
            str(_values(resource.resource.attributes)["service.name"]),
        )
        for resource in document.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
