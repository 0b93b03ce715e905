"""``/metrics`` of a whole gateway, read as Prometheus reads it; the page, the dashboard and the alerts about it."""

import asyncio
import json
import re
import threading
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from tests.connectors.smsc import deliver, serving
from tests.connectors.test_smpp_gateway import PHONE, table
from tests.e2e.documents import pronto_sms
from tests.gateway import Live, running, until
from tolmach.api import metrics as module
from tolmach.api.metrics import FRESH, SHARE, Metrics
from tolmach.settings import Settings
from tolmach.store import stock
from tolmach.store.database import Tx
from tolmach.workers.clock import SystemClock
from tolmach.workers.links import Links
from tolmach.workers.readiness import Readiness

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "monitoring.md"
FILES = [ROOT / "deploy" / "monitoring" / name for name in ("alerts.yml", "dashboard.json")]
NAME = re.compile(r"\btolmach_[a-z_]+\b")
ROW = re.compile(r"^\| `(tolmach_[a-z_]+)", re.MULTILINE)
SUFFIXES = ("_total", "_bucket", "_sum", "_count")
ANY_PORT = "127.0.0.1:0"


async def scrape(live: Live) -> dict[str, float]:
    """Return every sample, its labels written behind its name."""
    address = live.gateway.metrics_address
    assert address is not None
    async with live.http.get(f"http://{address[0]}:{address[1]}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_one_message_is_counted_everywhere(installation: Path) -> None:
    async with (
        serving(deliver) as smsc,
        running(installation, sandbox={}, links=[table(smsc, rate=50)], metrics=ANY_PORT) as live,
    ):
        await live.post("/xml/", pronto_sms(PHONE))
        await live.settled()
        found = await scrape(live)
    expected = {
        "tolmach_link_up carrier": 1,
        "tolmach_link_bound carrier": 1,
        "tolmach_link_window carrier": 10,
        "tolmach_link_in_flight carrier": 0,
        "tolmach_link_throttled carrier": 0,
        "tolmach_link_connects_total carrier": 1,
        "tolmach_link_parts_total submitted carrier": 1,
        "tolmach_link_rate_limit carrier": 50,
        "tolmach_intake_messages_total accepted": 1,
        "tolmach_intake_batches_total": 1,
        "tolmach_submits_total carrier sent": 1,
        "tolmach_submits_total carrier lost": 0,
        "tolmach_check_failed queue": 0,
        "tolmach_receipts_total carrier delivered": 1,
        "tolmach_receipt_lag_seconds_count carrier": 1,
        "tolmach_receipts_kept": 0,
        "tolmach_money held": 0,
        "tolmach_money_charged_total": 1,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["tolmach_link_round_trip_seconds carrier"] > 0
    assert found["tolmach_money available"] > 0


async def test_what_makes_a_process_unready_is_told(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()

    async def look(readiness: Readiness) -> None:
        readiness.problem = "due messages are not taken"
        looked.set()

    monkeypatch.setattr(Readiness, "turn", look)
    async with running(installation, metrics=ANY_PORT) as live:
        await looked.wait()
        found = await scrape(live)
    told = {name: value for name, value in found.items() if name.startswith("tolmach_check_failed")}
    checks = ("migrations", "database", "workers", "queue")
    assert told == {f"tolmach_check_failed {name}": name == "queue" for name in checks}


async def test_no_client_listener_tells_metrics(installation: Path) -> None:
    async with running(installation, metrics=ANY_PORT) as live:
        async with live.http.get("/metrics") as response:
            assert response.status == 404
        host, port = live.gateway.metrics_address or ("", 0)
        async with live.http.get(f"http://{host}:{port}/xml/balance.php") as response:
            assert response.status == 404
    async with running(installation) as live:
        assert live.gateway.metrics_address is None


async def test_a_database_that_cannot_be_read_leaves_the_rest(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no disk")

    async with running(installation, metrics=ANY_PORT) as live:
        monkeypatch.setattr(stock, "take", fail)
        with capture_logs() as logs:
            found = await scrape(live)
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["metrics cannot read the database"]
    assert "tolmach_link_up sandbox" in found
    assert "tolmach_receipts_kept" not in found


async def test_a_database_that_does_not_answer_leaves_the_rest(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked, real = threading.Event(), list[int](), stock.take

    def slow(tx: Tx, now: int) -> stock.Stock:
        asked.append(now)
        answers.wait()
        return real(tx, now)

    async with running(installation, metrics=ANY_PORT) as live:
        monkeypatch.setattr(stock, "take", slow)
        monkeypatch.setattr(module, "PATIENCE", 0.05)
        try:
            found = [await scrape(live), await scrape(live)]
            assert all("tolmach_link_up sandbox" in one for one in found)
            assert not any("tolmach_receipts_kept" in one for one in found)
            assert len(asked) == 1  # no more threads wait for it the more often it is asked
        finally:
            answers.set()

        async def told() -> bool:
            return "tolmach_receipts_kept" in await scrape(live)

        await until(told)


async def test_the_database_is_asked_once_for_those_who_come_together(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    real = stock.take

    def counted(tx: Tx, now: int) -> stock.Stock:
        times.append(now)
        return real(tx, now)

    async with running(installation) as live:
        monkeypatch.setattr(stock, "take", counted)
        metrics = Metrics(live.gateway.database, Links([], live.gateway.clock), live.gateway.links.tally, SystemClock())
        await asyncio.gather(*(metrics._answer("") for _ in range(5)))
        assert len(times) == 1
        taken = metrics._taken
        assert taken is not None
        metrics._taken = taken[0] - SHARE * FRESH, taken[1]
        await metrics._answer("")
    assert len(times) == 2


@pytest.mark.parametrize("value", ["9464", "host:port", ":1", "127.0.0.1:65536"])
def test_what_is_no_address(value: str) -> None:
    with pytest.raises(ValueError, match="must be an address like"):
        Settings(metrics=value)


@pytest.mark.parametrize(
    ("value", "address"), [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("[::1]:1", ("::1", 1)), ("off", None)]
)
def test_an_address(value: str, address: tuple[str, int] | None) -> None:
    assert Settings(metrics=value).metrics_address == address


def plain(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def names(pattern: re.Pattern[str], file: Path) -> set[str]:
    return {plain(name) for name in pattern.findall(file.read_text("utf-8"))}


async def families(installation: Path) -> set[str]:
    async with running(installation, metrics=ANY_PORT) as live:
        host, port = live.gateway.metrics_address or ("", 0)

        async def told() -> str:
            async with aiohttp.ClientSession() as http, http.get(f"http://{host}:{port}/metrics") as response:
                return await response.text()

        text = await until(told)
    return {plain(name) for name in re.findall(r"^# TYPE (tolmach_\S+)", text, re.MULTILINE)}


async def test_the_page_describes_every_metric_and_no_other(installation: Path) -> None:
    assert names(ROW, PAGE) == await families(installation)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
async def test_alerts_and_dashboard_name_metrics_that_exist(installation: Path, file: Path) -> None:
    named = names(NAME, file)
    assert named
    assert named - await families(installation) == set()


def test_the_dashboard_is_one() -> None:
    dashboard = json.loads(FILES[1].read_text("utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert sorted(set(ids)) == sorted(ids)
    assert all(panel["targets"] for panel in dashboard["panels"] if panel["type"] != "row")
