"""The alert rules and the dashboard, as Prometheus's own promtool reads and plays them (`alerts.yml` has the plays)."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "monitoring" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "monitoring" / "dashboard.json"
PLAYS = Path(__file__).with_name("alerts.yml")
PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian package prometheus)")


def promtool(*words: str | Path) -> str:
    """Run it; return what is wrong."""
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@needs_promtool
def test_the_rules_can_be_read() -> None:
    assert promtool("check", "rules", RULES) == ""


@needs_promtool
def test_who_is_alarmed_when() -> None:
    assert promtool("test", "rules", PLAYS) == ""


def test_every_alert_is_played() -> None:
    alerts = re.findall(r"^ +- alert: (\w+)$", RULES.read_text("utf-8"), re.MULTILINE)
    played = set(re.findall(r"alertname(?:=\"|: )(\w+)", PLAYS.read_text("utf-8")))
    assert set(alerts) - played == set()


@needs_promtool
def test_every_expression_of_the_dashboard_can_be_read(tmp_path: Path) -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asked = [target["expr"].replace("$__rate_interval", "5m") for panel in panels for target in panel["targets"]]
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(asked)]
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert promtool("check", "rules", file) == ""
