"""Settings: one frozen value, read once from a TOML file and the environment (``TOLMACH_...``, which wins).

Its tables are those of `tolmach.sections`. Every setting is described in docs/operations/settings.md and in the
commented file that ``tolmach settings`` prints; the page of the desk says the descriptions in the reader's language.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tolmach.core.http_links import GenericLink, MobilgroupLink, ProntosmsLink, SmspagerLink, TargetsmsLink
from tolmach.core.limits import RequestLimits
from tolmach.core.links import SmppLink, check_names
from tolmach.core.listeners import Listener
from tolmach.core.roles import ProcessRole
from tolmach.core.sentences import say
from tolmach.sections import (
    MEBIBYTE,
    AccessSettings,
    CallbackSettings,
    FilesSettings,
    FinanceSettings,
    InboxSettings,
    LimitsSettings,
    ModerationSettings,
    RetentionSettings,
    SandboxSettings,
    TracesSettings,
    WebSettings,
)
from tolmach.store.place import Place
from tolmach.store.sqlite import SqliteFile

TextOrOff = Annotated[str | None, BeforeValidator(lambda value: None if value == "off" else value)]
SecretOrOff = Annotated[SecretStr | None, BeforeValidator(lambda value: None if value == "off" else value)]


def _type_of(link: Any) -> Any:
    """Return the type of a link: SMPP unless it says another."""
    return link.get("type", "smpp") if isinstance(link, dict) else getattr(link, "type", None)


AnyLink = (
    Annotated[SmppLink, Tag("smpp")]
    | Annotated[ProntosmsLink, Tag("prontosms")]
    | Annotated[TargetsmsLink, Tag("targetsms")]
    | Annotated[SmspagerLink, Tag("smspager")]
    | Annotated[MobilgroupLink, Tag("mobilgroup")]
    | Annotated[GenericLink, Tag("http")]
)


TellingLink = Annotated[AnyLink, Discriminator(_type_of)]
_LINK: TypeAdapter[AnyLink] = TypeAdapter(TellingLink)


def read_link(definition: Any) -> AnyLink:
    """Return the link that a table like those of the settings describes; raises `pydantic.ValidationError`."""
    return _LINK.validate_python(definition)


def _address(text: str) -> tuple[str, int]:
    """Read ``host:port`` or ``[host]:port``; raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be an address like 127.0.0.1:9464, or off")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _listed(value: Any) -> Any:
    """Return the parts of a text by its commas: the environment has no lists."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="TOLMACH_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        toml_file=None,
        hide_input_in_errors=True,
    )

    host: str = Field(default="127.0.0.1", description=say("Address to listen on."))
    port: int = Field(default=8080, ge=0, le=65535, description=say("Port to listen on; 0 picks a free one."))
    certificate: TextOrOff = Field(
        default=None,
        description=say("PEM file of a certificate, with which host and port speak TLS; off means plain HTTP."),
    )
    key: TextOrOff = Field(default=None, description=say("PEM file of the certificate's key."))
    listeners: tuple[Listener, ...] = Field(
        default=(),
        description=say("More addresses to listen on, each a table [[listeners]]; see docs/operations/listeners.md."),
    )
    metrics: TextOrOff = Field(
        default=None, description=say("Address of /metrics for Prometheus, such as 127.0.0.1:9464; off means none.")
    )
    roles: Annotated[tuple[ProcessRole, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=tuple(ProcessRole),
        min_length=1,
        description=say(
            "What the processes started here do, some of api, web, submit, receipts, callbacks, upkeep; "
            "see docs/operations/processes.md."
        ),
    )
    processes: int = Field(
        default=1, ge=1, le=64, description=say("How many processes are started here; more than one need PostgreSQL.")
    )
    fronts: int = Field(
        default=0,
        ge=0,
        le=64,
        description=say("How many more processes read and write HTTP for those; 0 means that they do it themselves."),
    )
    one_processor: bool = Field(
        default=True,
        description=say("Whether the threads of a process live on one processor together, which is faster."),
    )
    data: Path = Field(
        default=Path("var/tolmach"), description=say("Directory of the database and everything durable.")
    )
    database_url: SecretOrOff = Field(
        default=None,
        description=say("PostgreSQL database, postgresql://user:password@host/name; off means a SQLite file in data."),
    )
    database_pooler_url: SecretOrOff = Field(
        default=None,
        description=say(
            "Pooler of transactions, such as PgBouncer, by which reads and writes of the PostgreSQL database go; "
            "off means none."
        ),
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description=say("Least important level that is logged.")
    )
    log_format: str = Field(
        default="text", pattern="^(text|json)$", description=say("text for people, json for machines.")
    )
    body_limit: int = Field(default=8 * MEBIBYTE, ge=1024, description=say("Largest request body in bytes."))
    grace: float = Field(
        default=300, ge=0, description=say("Seconds after the end of validity in which a receipt is still waited for.")
    )
    links: tuple[TellingLink, ...] = Field(
        default=(), description=say("Links to carriers, each a table [[links]]; see docs/operations/links.md.")
    )
    access: AccessSettings = Field(default=AccessSettings(), description=say("Who may come in."))
    callbacks: CallbackSettings = Field(default=CallbackSettings(), description=say("Status callbacks to clients."))
    files: FilesSettings = Field(
        default=FilesSettings(), description=say("Files that clients upload: papers of their senders.")
    )
    inbox: InboxSettings = Field(default=InboxSettings(), description=say("Messages that subscribers write."))
    limits: LimitsSettings = Field(
        default=LimitsSettings(), description=say("What one account, and all together, may take of the gateway.")
    )
    moderation: ModerationSettings = Field(
        default=ModerationSettings(), description=say("Texts that a moderator looks at.")
    )
    finance: FinanceSettings = Field(default=FinanceSettings(), description=say("Money."))
    retention: RetentionSettings = Field(
        default=RetentionSettings(),
        description=say("How long messages are kept, and what is written of them before they go."),
    )
    sandbox: SandboxSettings = Field(default=SandboxSettings(), description=say("The carrier of virtual phones."))
    traces: TracesSettings = Field(default=TracesSettings(), description=say("Traces of requests for OpenTelemetry."))
    web: WebSettings = Field(default=WebSettings(), description=say("Pages for people."))

    @field_validator("database_url", "database_pooler_url")
    @classmethod
    def _database_can_be_addressed(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        return url

    @field_validator("links")
    @classmethod
    def _links_have_names_of_their_own(cls, links: tuple[AnyLink, ...]) -> tuple[AnyLink, ...]:
        check_names(links)
        return links

    @field_validator("metrics")
    @classmethod
    def _metrics_have_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            _address(value)
        return value

    @model_validator(mode="after")
    def _a_pooler_has_a_database_behind_it(self) -> "Settings":
        if self.database_pooler_url is not None and self.database_url is None:
            raise ValueError("database_pooler_url needs database_url, the address of the server itself")
        return self

    @model_validator(mode="after")
    def _first_listener_is_sound(self) -> "Settings":
        self.every_listener  # noqa: B018 - it is checked when it is made
        return self

    @property
    def every_role(self) -> frozenset[ProcessRole]:
        """``roles`` as a set."""
        return frozenset(self.roles)

    @property
    def every_listener(self) -> tuple[Listener, ...]:
        """The listener of host and port, then the others."""
        first = Listener(host=self.host, port=self.port, certificate=self.certificate, key=self.key)
        return (first, *self.listeners)

    @property
    def request_limits(self) -> RequestLimits:
        """What the door for clients needs of the limits."""
        limits = self.limits
        return RequestLimits(
            self.body_limit, limits.body_seconds, limits.requests, limits.rate, limits.messages, limits.busy
        )

    @property
    def database(self) -> Place:
        """Where the database is."""
        if self.database_url is None:
            return SqliteFile(self.data / "tolmach.sqlite")
        from tolmach.store.postgresql import PostgresqlServer  # noqa: PLC0415 - its driver is slow to import

        pooler = self.database_pooler_url
        return PostgresqlServer(
            self.database_url.get_secret_value(), None if pooler is None else pooler.get_secret_value()
        )

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port of the metrics."""
        return None if self.metrics is None else _address(self.metrics)

    @property
    def archive_folder(self) -> Path:
        """The folder of what is written of messages that left."""
        return self.data / "archive"

    @property
    def files_folder(self) -> Path:
        """The folder of uploaded files."""
        return self.data / "files"

    @property
    def imports_folder(self) -> Path:
        """The folder of files of subscribers that are to be taken in."""
        return self.data / "imports"

    @property
    def sandbox_database(self) -> Path:
        """The file of the virtual phones."""
        return self.data / "sandbox.sqlite"

    @property
    def grace_period(self) -> timedelta:
        """``grace`` as a duration."""
        return timedelta(seconds=self.grace)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file that ``TOLMACH_CONFIG`` names."""
        path = os.environ.get("TOLMACH_CONFIG")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(path) if path else None)
