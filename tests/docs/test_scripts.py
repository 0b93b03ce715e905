"""What scripts tell of themselves, before they install anything."""

import importlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHES = {
    "bases",
    "fairness",
    "flow",
    "imports",
    "intake",
    "metrics",
    "numbering",
    "pages",
    "partitions",
    "report",
    "smpp",
    "smpp_codec",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts and benchmarks, with a setup that fails: who comes to it installs."""
    for name in ("scripts", "bench"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "scripts" / "setup").write_text("#!/bin/sh\nexit 77\n")
    return tmp_path


def ran(checkout: Path, script: str, *words: str) -> tuple[int, str, str]:
    done = subprocess.run([checkout / "scripts" / script, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def listed(text: str) -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in text.splitlines() if line.startswith("  "))


def document(name: str) -> str:
    return importlib.import_module(f"bench.{name}").__doc__ or ""


def test_the_benchmarks_are_listed(checkout: Path) -> None:
    code, out, err = ran(checkout, "bench", "--help")
    assert (code, err, set(listed(out))) == (0, "", BENCHES)
    for name, line in listed(out).items():
        assert line == document(name).splitlines()[0]


@pytest.mark.parametrize("name", ["nothing", "stage", "bare", "../scripts/lock", "--seconds"])
def test_what_is_no_benchmark_is_told_which_are(checkout: Path, name: str) -> None:
    code, out, err = ran(checkout, "bench", name, "--help")
    assert (code, out, set(listed(err))) == (2, "", BENCHES)


@pytest.mark.parametrize("words", [(), ("smpp",), ("smpp_codec", "--help")])
def test_a_benchmark_is_set_up(checkout: Path, words: tuple[str, ...]) -> None:
    assert ran(checkout, "bench", *words) == (77, "", "")


@pytest.mark.parametrize("name", sorted(BENCHES))
def test_the_help_of_a_benchmark_keeps_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    bench = importlib.import_module(f"bench.{name}")
    monkeypatch.setattr("sys.argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        bench.main()
    assert ended.value.code == 0
    assert document(name).strip() in capsys.readouterr().out


def test_the_kinds_of_faults_are_told(checkout: Path) -> None:
    code, out, err = ran(checkout, "torture", "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Run the fault tests at full size: `scripts/torture [KIND]")
    assert {"smpp:", "upgrade:"} <= listed(out).keys()
    assert "set -euo" not in out


def test_the_faults_are_set_up(checkout: Path) -> None:
    assert ran(checkout, "torture", "disk") == (77, "", "")
