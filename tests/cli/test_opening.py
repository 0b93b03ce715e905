"""How commands come to settings and database."""

from pathlib import Path

import pytest

from tests.cli.stage import complaint, opened, run
from tolmach.cli import opening
from tolmach.cli.errors import CommandError


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_PORT", "1")
    monkeypatch.setenv("TOLMACH_HOST", "::1")
    settings = opening.load_settings(port=2, host=None)
    assert (settings.port, settings.host) == (2, "::1")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tolmach.toml"
    file.write_text('port = 1\nhost = "::1"\n[sandbox]\ndelay = 7\n')
    ran = run("--config", str(file), "settings", "--effective", env={"TOLMACH_PORT": "2"})
    assert 'host = "::1"' in ran.out
    assert "port = 2" in ran.out
    assert "delay = 7" in ran.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("port = ", "Invalid value"),
        ("colour = 1", "settings: colour: there is no such setting"),
        ("port = 70000", "settings: port: must be 65535 or less"),
        ("[sandbox]\nx = 1", "settings: sandbox.x: there is no such setting"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "tolmach.toml"
    file.write_text(content)
    assert said in complaint(run("settings", "--effective", env={"TOLMACH_CONFIG": str(file)}), 2)


@pytest.mark.parametrize("command", [("migrate",), ("settings", "--effective"), ("account", "list")])
def test_a_misspelt_name_in_the_environment_stops_the_command(tmp_path: Path, command: tuple[str, ...]) -> None:
    wrong = {"TOLMACH_DATA": str(tmp_path), "TOLMACH_DATABASEURL": "x", "TOLMACH_PROT": "4"}
    assert complaint(run(*command, env=wrong), 2) == (
        "TOLMACH_DATABASEURL is no setting; the nearest is TOLMACH_DATABASE_URL; "
        "TOLMACH_PROT is no setting; the nearest is TOLMACH_PORT"
    )
    assert [*tmp_path.iterdir()] == []


def test_a_variable_that_is_no_json_is_told(tmp_path: Path) -> None:
    said = complaint(run("settings", "--effective", env={"TOLMACH_LINKS": "["}), 2)
    assert said == "settings: TOLMACH_LINKS is not JSON"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.toml")
    assert "missing.toml" in complaint(run("--config", missing, "settings"), 2)
    assert "missing.toml" in complaint(run("account", "list", env={"TOLMACH_CONFIG": missing}), 2)


def test_a_file_that_vanished_after_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(CommandError, match="there is no file"):
        opening.load_settings()


def test_a_database_that_is_not_there_or_not_migrated(tmp_path: Path) -> None:
    asked = ("account", "list", "--data", str(tmp_path))
    assert "there is no database" in complaint(run(*asked), 1)
    with opened(tmp_path / "tolmach.sqlite"):
        pass
    assert f"run `tolmach migrate --data {tmp_path}`" in complaint(run(*asked), 1)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "tolmach.sqlite").write_bytes(b"not a database" * 1000)
    said = complaint(run("account", "list", "--data", str(tmp_path)), 1)
    assert said == "the database cannot be used: file is not a database"
