"""The two ways in which bytes and values can fail to become each other."""

from tolmach.codecs.smpp.constants import Status, command_name, status_name


class BadPdu(ValueError):  # noqa: N818 - reads as what it is
    """Received octets are no acceptable PDU.

    `status` is the command_status to answer with; `command` and `sequence` are None when the
    header itself was unreadable. `fatal` means that the place of the next PDU in the stream is
    unknown: answer and close.
    """

    def __init__(
        self,
        status: Status,
        reason: str,
        *,
        command: int | None = None,
        sequence: int | None = None,
        fatal: bool = False,
    ) -> None:
        known = "header" if command is None else command_name(command)
        super().__init__(f"{known}: {reason} ({status_name(status)})")
        self.status = status
        self.reason = reason
        self.command = command
        self.sequence = sequence
        self.fatal = fatal

    def at(self, command: int, sequence: int) -> "BadPdu":
        """The same fault, placed in the PDU it was found in."""
        return BadPdu(self.status, self.reason, command=command, sequence=sequence, fatal=self.fatal)


class Unencodable(ValueError):  # noqa: N818
    """A value does not fit its field; `field` is the name in the specification."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
