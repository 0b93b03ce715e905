"""What `tests/e2e/test_tracing.py` does not see: a library that is missing, and an environment that makes no sense."""

import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.clock import NOON
from tests.databases import place_of
from tests.gateway import install, settings
from tolmach.app import build
from tolmach.connectors.tracing import OtelTraces, TracesMissingError, open_traces
from tolmach.core.requests import kept
from tolmach.core.traces import Stage
from tolmach.gateway.composition import NotReadyError

LIBRARY = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


def test_nothing_of_it_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, tolmach.connectors.tracing; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_gateway_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(place_of(tmp_path), NOON)
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    with pytest.raises(NotReadyError, match=r"pip install 'tolmach\[otel\]'"):
        build(settings(tmp_path, traces={"enabled": True}))
    build(settings(tmp_path)).database.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
     ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "99999999")],
)  # fmt: skip
def test_an_environment_that_asks_for_what_there_is_not(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(TracesMissingError, match=r"http/protobuf|as the environment says"):
        open_traces("1", "here-1", join=False)


@pytest.fixture
def sent() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def traces(sent: InMemorySpanExporter) -> OtelTraces:
    return open_traces("1.2", "here-1", join=False, exporter=sent)


def test_spans_below_a_request(sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=gate,host.name=gw1")
    one = traces(sent)
    asked = one.request("order-7", "/xml", "", {"tolmach.dialect": "prontosms"})
    asked.fail("busy")
    asked.end()
    one.record(Stage.SUBMIT, kept("order-7", asked.place), {"tolmach.link": "north"}, since=17, failure="lost")
    one.record(Stage.SUBMIT, kept("order-8"), {}, since=17)
    assert one.begin(Stage.CALLBACK, "", {}) is None
    one.close()
    first, below = sent.get_finished_spans()
    assert (first.resource.attributes["service.name"], first.resource.attributes["host.name"]) == ("gate", "gw1")
    assert (first.resource.attributes["service.version"], first.status.description) == ("1.2", "busy")
    assert below.parent is not None
    assert asked.place is not None
    assert (f"{below.parent.trace_id:032x}", f"{below.parent.span_id:016x}") == asked.place
    assert (below.start_time, below.status.description) == (17, "lost")


def test_a_library_that_is_switched_off(sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    one = traces(sent)
    asked = one.request("order-7", "/xml", "", {})
    asked.end()
    assert asked.place is None
    one.close()
    assert sent.get_finished_spans() == ()
