"""What scripts tell of themselves, before they install anything."""

import importlib
import os
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
    "instructions",
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


def test_what_is_no_kind_of_fault_is_told_so(checkout: Path) -> None:
    code, out, err = ran(checkout, "torture", "nothing")
    assert (code, out) == (2, "")
    assert "there is no kind nothing" in err


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """What setup reads of a checkout, with a Python in ``python`` that a test writes."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    for name in ("hatch_build.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("static", "locales"):
        (tmp_path / "src/tolmach/web" / name).mkdir(parents=True)
        (tmp_path / "src/tolmach/web" / name / "one").touch()
    return tmp_path


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def set_up(bare: Path) -> subprocess.CompletedProcess[str]:
    """Run setup with the Python of a distribution, for root; what it installs is nothing."""
    program(bare / "bin/id", "echo 0")
    program(bare / "bin/apt-get", "exit 0")
    known = {**os.environ, "PATH": f"{bare}/bin:/usr/bin:/bin", "PYTHON": f"/usr/bin/../..{bare}/python"}
    return subprocess.run([bare / "scripts/setup"], env=known, capture_output=True, text=True, check=False)


def test_what_could_not_be_made_is_not_taken_for_made(bare: Path) -> None:
    half = "mkdir -p .venv/bin; cp /bin/true .venv/bin/python"
    program(bare / "python", f'case "$*" in "-m venv"*) {half}; echo no room; exit 1;; esac')
    done = set_up(bare)
    assert done.returncode == 1
    assert "\nno room\nCannot create a virtual environment;" in done.stderr
    assert not (bare / ".venv").exists()


def test_what_was_interrupted_is_made_anew(bare: Path) -> None:
    program(bare / ".venv/bin/python", "exit 1")  # it has no pip yet
    (bare / ".venv/left").touch()
    program(bare / "python", 'case "$*" in "-m venv"*) mkdir -p .venv/bin; cp /bin/true .venv/bin/python;; esac')
    done = set_up(bare)
    assert (done.returncode, (bare / ".venv/left").exists()) == (0, False), done.stderr
    assert (bare / ".venv/tolmach-setup").exists()


def test_packages_whose_installation_was_interrupted_are_installed_again(bare: Path) -> None:
    program(bare / ".venv/bin/python", '[ "$1" != -m ] || echo "$3" >> .venv/asked')
    done = set_up(bare)
    assert done.returncode == 0, done.stderr
    assert (bare / ".venv/asked").read_text().split() == ["--version", "install", "install"]


MAKES = 'case "$*" in "-m venv"*) mkdir -p .venv/bin; cp /bin/true .venv/bin/python;; "-I -c"*) echo mine;; esac'


@pytest.mark.parametrize("of", ["another place", "another Python", "an old one", "one that is gone"])
def test_a_venv_that_does_not_fit_is_made_anew(bare: Path, of: str) -> None:
    says = {"another Python": "echo other", "an old one": "exit 2", "one that is gone": "exit 127"}.get(of, "echo mine")
    program(bare / ".venv/bin/python", says)
    program(bare / ".venv/bin/tolmach", "exit 0")
    (bare / ".venv/tolmach-place").write_text("/elsewhere\n" if of == "another place" else f"{bare}\n")
    (bare / ".venv/left").touch()
    program(bare / "python", MAKES)
    done = set_up(bare)
    assert (done.returncode, (bare / ".venv/left").exists()) == (0, False), done.stderr
    assert (bare / ".venv/tolmach-place").read_text() == f"{bare}\n"


@pytest.mark.parametrize(("status", "told"), [(2, "is too old; Tolmach needs"), (127, "is no Python that can be run")])
def test_a_python_that_is_none_is_told(bare: Path, status: int, told: str) -> None:
    program(bare / "python", f"exit {status}")
    (bare / ".venv").mkdir()
    done = set_up(bare)
    assert done.returncode == 1
    assert told in done.stderr
    assert (bare / ".venv").exists()  # what was there stays until there is something better
