"""Settings: one frozen value, read once from a TOML file and the environment (``TOLMACH_...``, which wins).

Every setting is described in docs/operations/settings.md and in the commented file that ``tolmach settings`` prints.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
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
from tolmach.core.inbox import START_WORDS, STOP_WORDS, InboxPolicy, Words
from tolmach.core.limits import BacklogLimits, KeepingRules, RequestLimits
from tolmach.core.links import SmppLink, check_names
from tolmach.core.listeners import Listener
from tolmach.core.moderation import Policy
from tolmach.core.roles import ProcessRole
from tolmach.store.place import Place
from tolmach.store.sqlite import SqliteFile

MEBIBYTE = 1024 * 1024


# TOML has no null: "off" stands for it
Off = Annotated[None, BeforeValidator(lambda value: None if value == "off" else value)]
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


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallbackSettings(_Section):
    """Status callbacks to clients."""

    delays: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        default=(60, 300, 900, 3600, 7200, 14400, *[21600] * 11),
        description="Pauses in seconds after attempts that a client's server does not take, 73 hours in all; one more "
        "attempt than pauses is made.",
    )
    unconfirmed: int = Field(
        default=5,
        ge=1,
        description="Attempts in which a client's server may answer without confirming a status, after which it "
        "failed.",
    )
    timeout: float = Field(default=15, gt=0, description="Seconds that a client's server may take to answer.")
    allow_private: bool = Field(
        default=False,
        description="Allow callback URLs on private and loopback addresses (a sandbox, a closed network).",
    )


class AccessSettings(_Section):
    """Who may come in."""

    wrong_passwords: int = Field(
        default=5,
        ge=0,
        description="Wrong passwords a minute, for one login and from one address, after which none is compared; "
        "0 means no limit.",
    )


class LimitsSettings(_Section):
    """What one account, and all together, may take of the gateway."""

    rate: float = Field(
        default=0,
        ge=0,
        description="Requests a second of one account. Above it they wait up to a second, then they are refused; "
        "0 means no limit.",
    )
    messages: float = Field(
        default=0,
        ge=0,
        description="Messages a second that one account can send. A list goes whole, and what comes after it waits as "
        "above; 0 means no limit.",
    )
    busy: float = Field(
        default=0.6,
        ge=0,
        description="Share of a processor above which, while several accounts ask, those that ask most wait; 0: never.",
    )
    requests: int = Field(default=2_000, ge=1, description="Requests in work at once; what is above is refused.")
    body_seconds: float = Field(default=60, gt=0, description="Seconds within which the body of a request must come.")
    account_backlog: int = Field(
        default=1_000_000,
        ge=0,
        description="Messages of one account that are due and wait for a link, above which it can send none; "
        "0 means no limit.",
    )
    backlog: int = Field(
        default=5_000_000,
        ge=0,
        description="Messages that are due and wait for a link, above which nobody can send any; 0 means no limit.",
    )

    channel_backlog: int = Field(
        default=2_000_000,
        ge=0,
        description="Messages of one channel that are due and wait for its links, above which nobody can send any by "
        "it; 0 means no limit.",
    )

    link_backlog: int = Field(
        default=1_000_000,
        ge=0,
        description="Messages that wait for one link, above which nobody can send any that only full links can carry; "
        "0 means no limit. A link may have its own, backlog.",
    )

    @property
    def backlogs(self) -> BacklogLimits:
        """What acceptance needs of it."""
        return BacklogLimits(self.account_backlog, self.backlog, self.channel_backlog)


class FilesSettings(_Section):
    """Files that clients upload: papers of their senders."""

    limit: int = Field(default=5 * MEBIBYTE, ge=1, description="Largest file in bytes; body_limit holds too.")
    account_limit: int = Field(default=100 * MEBIBYTE, ge=1, description="Bytes that an account may have in files.")


class ModerationSettings(_Section):
    """Texts that a moderator looks at."""

    links: bool = Field(default=True, description="Have texts with links wait, for accounts moderated by pattern.")
    longest_wait: float = Field(
        default=259_200, gt=0, description="Seconds that a message waits for its moderator before it expires."
    )

    @property
    def policy(self) -> Policy:
        """What the decisions need of it."""
        return Policy(self.links, timedelta(seconds=self.longest_wait))


class InboxSettings(_Section):
    """Messages that subscribers write."""

    stop_words: tuple[str, ...] = Field(
        default=STOP_WORDS, description="Messages of one of these words put their sender on the account's stop list."
    )
    start_words: tuple[str, ...] = Field(
        default=START_WORDS, description="Messages of one of these words take their sender off it."
    )
    patience: float = Field(
        default=900, gt=0, description="Seconds that parts of a long message wait for those that are missing."
    )

    @property
    def policy(self) -> InboxPolicy:
        """What the inbox needs of it."""
        return InboxPolicy(Words.of(self.stop_words, self.start_words), timedelta(seconds=self.patience))


class FinanceSettings(_Section):
    """Money."""

    close_days: bool = Field(
        default=True, description="Close the days of the ledger by itself, some minutes after midnight in Moscow."
    )


class RetentionSettings(_Section):
    """How long messages are kept, and what is written of them before they go."""

    days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days that messages are kept, for accounts without a period of their own; 0 means for ever.",
    )
    stray_days: int = Field(
        default=90, ge=0, description="Days that receipts are kept which match no message; 0 means for ever."
    )
    inbox_days: int = Field(
        default=0, ge=0, le=36_500, description="Days that incoming messages are kept; 0 means for ever."
    )
    late_days: int = Field(
        default=7,
        ge=0,
        le=366,
        description="Days that messages may stay longer on PostgreSQL so that they leave with their whole partition.",
    )
    archive: Literal["jsonl", "parquet"] | Off = Field(
        default=None, description="Form of the files that messages are written to before they go; off means none."
    )

    @property
    def rules(self) -> KeepingRules:
        """What the worker needs of it."""
        return KeepingRules(self.days, self.stray_days, self.inbox_days, self.late_days)


class SandboxSettings(_Section):
    """The carrier of virtual phones."""

    enabled: bool = Field(default=False, description="Deliver to virtual phones instead of a real carrier.")
    delay: float = Field(default=0.5, ge=0, description="Seconds from submission to receipt.")
    smpp_port: Annotated[int, Field(ge=0, le=65535)] | Off = Field(
        default=None, description="Port of the sandbox's SMSC for SMPP clients; 0 picks a free one, off means none."
    )


class TracesSettings(_Section):
    """Traces of requests for OpenTelemetry."""

    enabled: bool = Field(
        default=False,
        description="Send traces by OTLP over HTTP, as the variables OTEL_... say; see docs/operations/tracing.md.",
    )
    join: bool = Field(
        default=False,
        description="A request with a traceparent goes on in its caller's trace, and is recorded if he says so; "
        "otherwise it begins one of its own, with a link to his.",
    )


class WebSettings(_Section):
    """Pages for people."""

    behind_tls: bool = Field(
        default=False, description="A proxy in front speaks TLS: cookies are for https only, whatever arrives here."
    )
    private_links: bool = Field(
        default=False, description="Administrators may add links to private addresses on the desk."
    )
    payee: str = Field(default="", max_length=2_000, description="Who is paid, and how, as it stands on invoices.")


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

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    certificate: TextOrOff = Field(
        default=None, description="PEM file of a certificate, with which host and port speak TLS; off means plain HTTP."
    )
    key: TextOrOff = Field(default=None, description="PEM file of the certificate's key.")
    listeners: tuple[Listener, ...] = Field(
        default=(),
        description="More addresses to listen on, each a table [[listeners]]; see docs/operations/listeners.md.",
    )
    metrics: TextOrOff = Field(
        default=None, description="Address of /metrics for Prometheus, such as 127.0.0.1:9464; off means none."
    )
    roles: Annotated[tuple[ProcessRole, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=tuple(ProcessRole),
        min_length=1,
        description="What the processes started here do, some of api, web, submit, receipts, callbacks, upkeep; "
        "see docs/operations/processes.md.",
    )
    processes: int = Field(
        default=1, ge=1, le=64, description="How many processes are started here; more than one need PostgreSQL."
    )
    one_processor: bool = Field(
        default=True, description="Whether the threads of a process live on one processor together, which is faster."
    )
    data: Path = Field(default=Path("var/tolmach"), description="Directory of the database and everything durable.")
    database_url: SecretOrOff = Field(
        default=None,
        description="PostgreSQL database, postgresql://user:password@host/name; off means a SQLite file in data.",
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="Least important level that is logged."
    )
    log_format: str = Field(default="text", pattern="^(text|json)$", description="text for people, json for machines.")
    body_limit: int = Field(default=8 * MEBIBYTE, ge=1024, description="Largest request body in bytes.")
    grace: float = Field(
        default=300, ge=0, description="Seconds after the end of validity in which a receipt is still waited for."
    )
    links: tuple[TellingLink, ...] = Field(
        default=(), description="Links to carriers, each a table [[links]]; see docs/operations/links.md."
    )
    access: AccessSettings = AccessSettings()
    callbacks: CallbackSettings = CallbackSettings()
    files: FilesSettings = FilesSettings()
    inbox: InboxSettings = InboxSettings()
    limits: LimitsSettings = LimitsSettings()
    moderation: ModerationSettings = ModerationSettings()
    finance: FinanceSettings = FinanceSettings()
    retention: RetentionSettings = RetentionSettings()
    sandbox: SandboxSettings = SandboxSettings()
    traces: TracesSettings = TracesSettings()
    web: WebSettings = WebSettings()

    @field_validator("database_url")
    @classmethod
    def _database_can_be_addressed(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("begins with postgresql://")
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

        return PostgresqlServer(self.database_url.get_secret_value())

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
