"""The sections of the settings: a frozen class for each, whose fields are what can be set.

Descriptions are sentences that the pages say in other languages, too; that of a whole section stands where the settings
name it.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tolmach.core.inbox import START_WORDS, STOP_WORDS, InboxPolicy, Words
from tolmach.core.limits import BacklogLimits, KeepingRules
from tolmach.core.moderation import Policy
from tolmach.core.sentences import say

MEBIBYTE = 1024 * 1024

# TOML has no null: "off" stands for it
Off = Annotated[None, BeforeValidator(lambda value: None if value == "off" else value)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallbackSettings(_Section):
    """The section ``callbacks``."""

    delays: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        default=(60, 300, 900, 3600, 7200, 14400, *[21600] * 11),
        description=say(
            "Pauses in seconds after attempts that a client's server does not take, 73 hours in all; one more "
            "attempt than pauses is made."
        ),
    )
    unconfirmed: int = Field(
        default=5,
        ge=1,
        description=say(
            "Attempts in which a client's server may answer without confirming a status, after which it failed."
        ),
    )
    timeout: float = Field(default=15, gt=0, description=say("Seconds that a client's server may take to answer."))
    allow_private: bool = Field(
        default=False,
        description=say("Allow callback URLs on private and loopback addresses (a sandbox, a closed network)."),
    )


class AccessSettings(_Section):
    """The section ``access``."""

    wrong_passwords: int = Field(
        default=5,
        ge=0,
        description=say(
            "Wrong passwords a minute, for one login and from one address, after which none is compared; "
            "0 means no limit."
        ),
    )


class LimitsSettings(_Section):
    """The section ``limits``."""

    rate: float = Field(
        default=0,
        ge=0,
        description=say(
            "Requests a second of one account. Above it they wait up to a second, then they are refused; "
            "0 means no limit."
        ),
    )
    messages: float = Field(
        default=0,
        ge=0,
        description=say(
            "Messages a second that one account can send. A list goes whole, and what comes after it waits as "
            "above; 0 means no limit."
        ),
    )
    busy: float = Field(
        default=0.6,
        ge=0,
        description=say(
            "Share of a processor above which, while several accounts ask, those that ask most wait; 0: never."
        ),
    )
    requests: int = Field(default=2_000, ge=1, description=say("Requests in work at once; what is above is refused."))
    body_seconds: float = Field(
        default=60, gt=0, description=say("Seconds within which the body of a request must come.")
    )
    account_backlog: int = Field(
        default=1_000_000,
        ge=0,
        description=say(
            "Messages of one account that are due and wait for a link, above which it can send none; 0 means no limit."
        ),
    )
    backlog: int = Field(
        default=5_000_000,
        ge=0,
        description=say(
            "Messages that are due and wait for a link, above which nobody can send any; 0 means no limit."
        ),
    )

    channel_backlog: int = Field(
        default=2_000_000,
        ge=0,
        description=say(
            "Messages of one channel that are due and wait for its links, above which nobody can send any by "
            "it; 0 means no limit."
        ),
    )

    link_backlog: int = Field(
        default=1_000_000,
        ge=0,
        description=say(
            "Messages that wait for one link, above which nobody can send any that only full links can carry; "
            "0 means no limit. A link may have its own, backlog."
        ),
    )

    @property
    def backlogs(self) -> BacklogLimits:
        """What acceptance needs of it."""
        return BacklogLimits(self.account_backlog, self.backlog, self.channel_backlog)


class FilesSettings(_Section):
    """The section ``files``."""

    limit: int = Field(default=5 * MEBIBYTE, ge=1, description=say("Largest file in bytes; body_limit holds too."))
    account_limit: int = Field(
        default=100 * MEBIBYTE, ge=1, description=say("Bytes that an account may have in files.")
    )


class ModerationSettings(_Section):
    """The section ``moderation``."""

    links: bool = Field(default=True, description=say("Have texts with links wait, for accounts moderated by pattern."))
    longest_wait: float = Field(
        default=259_200, gt=0, description=say("Seconds that a message waits for its moderator before it expires.")
    )

    @property
    def policy(self) -> Policy:
        """What the decisions need of it."""
        return Policy(self.links, timedelta(seconds=self.longest_wait))


class InboxSettings(_Section):
    """The section ``inbox``."""

    stop_words: tuple[str, ...] = Field(
        default=STOP_WORDS,
        description=say("Messages of one of these words put their sender on the account's stop list."),
    )
    start_words: tuple[str, ...] = Field(
        default=START_WORDS, description=say("Messages of one of these words take their sender off it.")
    )
    patience: float = Field(
        default=900, gt=0, description=say("Seconds that parts of a long message wait for those that are missing.")
    )

    @property
    def policy(self) -> InboxPolicy:
        """What the inbox needs of it."""
        return InboxPolicy(Words.of(self.stop_words, self.start_words), timedelta(seconds=self.patience))


class FinanceSettings(_Section):
    """The section ``finance``."""

    close_days: bool = Field(
        default=True, description=say("Close the days of the ledger by itself, some minutes after midnight in Moscow.")
    )


class RetentionSettings(_Section):
    """The section ``retention``."""

    days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description=say("Days that messages are kept, for accounts without a period of their own; 0 means for ever."),
    )
    stray_days: int = Field(
        default=90,
        ge=0,
        le=36_500,
        description=say("Days that receipts are kept which match no message; 0 means for ever."),
    )
    inbox_days: int = Field(
        default=0, ge=0, le=36_500, description=say("Days that incoming messages are kept; 0 means for ever.")
    )
    late_days: int = Field(
        default=7,
        ge=0,
        le=366,
        description=say(
            "Days that messages may stay longer on PostgreSQL so that they leave with their whole partition."
        ),
    )
    archive: Literal["jsonl", "parquet"] | Off = Field(
        default=None, description=say("Form of the files that messages are written to before they go; off means none.")
    )

    @property
    def rules(self) -> KeepingRules:
        """What the worker needs of it."""
        return KeepingRules(self.days, self.stray_days, self.inbox_days, self.late_days)


class SandboxSettings(_Section):
    """The section ``sandbox``."""

    enabled: bool = Field(default=False, description=say("Deliver to virtual phones instead of a real carrier."))
    delay: float = Field(default=0.5, ge=0, description=say("Seconds from submission to receipt."))
    smpp_port: Annotated[int, Field(ge=0, le=65535)] | Off = Field(
        default=None,
        description=say("Port of the sandbox's SMSC for SMPP clients; 0 picks a free one, off means none."),
    )


class TracesSettings(_Section):
    """The section ``traces``."""

    enabled: bool = Field(
        default=False,
        description=say(
            "Send traces by OTLP over HTTP, as the variables OTEL_... say; see docs/operations/tracing.md."
        ),
    )
    join: bool = Field(
        default=False,
        description=say(
            "A request with a traceparent goes on in its caller's trace, and is recorded if he says so; "
            "otherwise it begins one of its own, with a link to his."
        ),
    )


class WebSettings(_Section):
    """The section ``web``."""

    behind_tls: bool = Field(
        default=False,
        description=say("A proxy in front speaks TLS: cookies are for https only, whatever arrives here."),
    )
    private_links: bool = Field(
        default=False, description=say("Administrators may add links to private addresses on the desk.")
    )
    payee: str = Field(default="", max_length=2_000, description=say("Who is paid, and how, as it stands on invoices."))
