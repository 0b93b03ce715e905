import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from tolmach.core.sentences import Sentence
from tolmach.sections import MEBIBYTE
from tolmach.settings import Settings
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile
from tolmach.web import languages


def test_the_defaults() -> None:
    settings = Settings()
    assert (settings.host, settings.port, str(settings.data)) == ("127.0.0.1", 8080, "var/tolmach")
    assert settings.database == SqliteFile(Path("var/tolmach/tolmach.sqlite"))
    assert settings.sandbox_database == Path("var/tolmach/sandbox.sqlite")
    assert settings.body_limit == 8 * MEBIBYTE
    assert settings.grace_period == timedelta(minutes=5)
    assert sum(settings.callbacks.delays) >= 72 * 3600
    assert [*settings.callbacks.delays] == sorted(settings.callbacks.delays)
    assert settings.callbacks.unconfirmed == 5
    assert not settings.callbacks.allow_private
    assert not settings.sandbox.enabled


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_PORT", "9000")
    monkeypatch.setenv("TOLMACH_DATA", "/srv/tolmach")
    monkeypatch.setenv("TOLMACH_SANDBOX__ENABLED", "yes")
    monkeypatch.setenv("TOLMACH_CALLBACKS__DELAYS", "[1, 2.5]")
    settings = Settings()
    assert (settings.port, settings.data) == (9000, Path("/srv/tolmach"))
    assert settings.sandbox.enabled
    assert settings.callbacks.delays == (1, 2.5)


def test_arguments_win_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "tolmach.toml"
    file.write_text('host = "file"\nport = 1\nlog_level = "debug"\n[callbacks]\ntimeout = 5\n', "utf-8")
    monkeypatch.setenv("TOLMACH_CONFIG", str(file))
    monkeypatch.setenv("TOLMACH_PORT", "2")
    monkeypatch.setenv("TOLMACH_HOST", "environment")
    settings = Settings(host="argument")
    assert (settings.host, settings.port, settings.log_level) == ("argument", 2, "debug")
    assert settings.callbacks.timeout == 5
    assert settings.callbacks.delays == Settings.model_fields["callbacks"].default.delays


@pytest.mark.parametrize(
    "text",
    [
        'hots = "typo"',
        "port = 65536",
        "port = -1",
        'port = "many"',
        'log_level = "loud"',
        'log_format = "xml"',
        "body_limit = 1023",
        "grace = -1",
        "[callbacks]\ndelays = [-1]",
        "[callbacks]\ntimeout = 0",
        "[callbacks]\nretries = 5",
        "[sandbox]\ndelay = -1",
        'certificate = "a.pem"',
        "[[listeners]]\nport = 1\ntls = true",
        '[[listeners]]\nport = 1\nkey = "a.pem"',
        '[[listeners]]\nport = 1\ndialects = ["pager"]',
        "[access]\nwrong_passwords = -1",
        "[cellar]\nwine = 1",
    ],
)
def test_mistakes_in_the_file_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "tolmach.toml"
    file.write_text(text, "utf-8")
    monkeypatch.setenv("TOLMACH_CONFIG", str(file))
    with pytest.raises(ValidationError):
        Settings()


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1
    with pytest.raises(ValidationError, match="frozen"):
        settings.sandbox.enabled = True


def described() -> Iterator[tuple[str, str | None]]:
    """Yield (path, description) of every setting and every section."""
    for name, field in Settings.model_fields.items():
        yield name, field.description
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            for inner, inner_field in field.annotation.model_fields.items():
                yield f"{name}.{inner}", inner_field.description


@pytest.mark.parametrize(("path", "description"), [*described()])
def test_every_setting_is_described_in_english_and_in_russian(path: str, description: str | None) -> None:
    assert isinstance(description, Sentence), f"{path}: its description is not said, see core/sentences.py"
    assert (description.template, description.values) == (str(description), {})
    russian = languages.load()["ru"].gettext(description.template)
    assert russian != description, f"{path}: run scripts/translate and fill in ru.po"
    assert re.search("[а-я]", russian), path


def test_a_database_on_a_server_has_a_postgresql_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_DATABASE_URL", "postgresql://tolmach:a-secret@db/messages")
    settings = Settings()
    assert settings.database == PostgresqlServer("postgresql://tolmach:a-secret@db/messages")
    assert str(settings.database) == "postgresql://db/messages"
    assert "a-secret" not in f"{settings!r} {settings.database!r}"
    monkeypatch.setenv("TOLMACH_DATABASE_POOLER_URL", "postgresql://tolmach:b-secret@pooler:6432/messages")
    pooled = Settings()
    assert pooled.database == PostgresqlServer(
        "postgresql://tolmach:a-secret@db/messages", "postgresql://tolmach:b-secret@pooler:6432/messages"
    )
    assert "b-secret" not in f"{pooled!r} {pooled.database!r} {pooled.database}"
    with pytest.raises(ValidationError, match="must begin with postgresql://") as caught:
        Settings(database_url="mysql://tolmach:a-secret@db/messages")  # type: ignore[arg-type]
    assert "a-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("u:secret@127.0.0.1:5432/tolmach", "127.0.0.1/tolmach"),
        ("u:secret@127.0.0.1:5433/tolmach", "127.0.0.1:5433/tolmach"),
        ("u:secret@[::1]:5433/tolmach", "[::1]:5433/tolmach"),
        ("u:secret@[::1]/tolmach", "::1/tolmach"),
        ("a:5432,b:5433/tolmach?target_session_attrs=read-write", "a,b:5433/tolmach"),
        ("a,b/tolmach?port=5433", "a:5433,b:5433/tolmach"),
        ("/tolmach?host=/run/postgresql", "/run/postgresql/tolmach"),
    ],
)
def test_an_unusual_port_of_a_server_is_shown(address: str, shown: str) -> None:
    assert str(PostgresqlServer(f"postgresql://{address}")) == f"postgresql://{shown}"


def test_a_pooler_needs_the_address_of_the_server_itself() -> None:
    with pytest.raises(ValidationError, match="database_pooler_url needs database_url"):
        Settings(database_pooler_url="postgresql://tolmach@pooler:6432/messages")  # type: ignore[arg-type]
