"""What waits for a moderator, all in one place, and the decisions. What follows for messages is the worker's."""

from collections.abc import Sequence

from tolmach.core.commands.rulings import (
    DecideFile,
    DecidePattern,
    DecideRegistration,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecided,
    ListFiles,
    ListRegistrations,
    ListStopWords,
)
from tolmach.core.moderation import Verdict
from tolmach.core.moments import from_ms
from tolmach.core.results.rulings import (
    CasesResult,
    FileCase,
    FileContent,
    FilesResult,
    PatternCase,
    RegistrationCase,
    RegistrationsPage,
    SenderCase,
    TextCase,
)
from tolmach.services import files, moderation, patterns, registry, senders
from tolmach.services.administration import NotFoundError
from tolmach.services.context import PersonContext
from tolmach.services.files import Listed as ListedFile
from tolmach.services.moderation import Listed
from tolmach.services.patterns import Listed as ListedPattern
from tolmach.services.registry import Standing
from tolmach.services.senders import Waiting
from tolmach.store import moderations

SHOWN = 100  # of each kind


def waiting(asked: PersonContext, _command: ListCases) -> CasesResult:
    """Return everything that waits."""
    return CasesResult(
        [_sender(one) for one in senders.waiting(asked.tx)],
        [_text(one) for one in moderation.listing(asked.tx, limit=SHOWN)],
        [_pattern(one) for one in patterns.listing(asked.tx, waiting=True)],
        [_file(one) for one in files.waiting(asked.tx, SHOWN)],
    )


def decided(asked: PersonContext, _command: ListDecided) -> CasesResult:
    """Return what was decided on."""
    return CasesResult(
        [_sender(one) for one in senders.decided(asked.tx, SHOWN)],
        [_text(one) for one in moderation.listing(asked.tx, decided=True, limit=SHOWN)],
        [_pattern(one) for one in patterns.decided(asked.tx, SHOWN)],
        [_file(one) for one in files.decided(asked.tx, SHOWN)],
    )


def list_registrations(asked: PersonContext, command: ListRegistrations) -> RegistrationsPage:
    """Return senders at mobile operators; NotFoundError."""
    found = registry.some(asked.tx, command.login or None, command.states, SHOWN + 1, command.skip)
    rows = [
        RegistrationCase(
            login=one.login,
            sender=one.row.sender,
            operator=one.row.operator,
            legal_entity=one.row.legal_entity,
            inn=one.row.inn,
            comment=one.row.comment,
            state=one.row.state,
            changed_at=from_ms(one.row.changed_at),
            changed_by=one.row.changed_by,
            reason=one.row.reason,
        )
        for one in found[:SHOWN]
    ]
    return RegistrationsPage(rows, command.skip + SHOWN if len(found) > SHOWN else 0)


def decide_registration(asked: PersonContext, command: DecideRegistration) -> None:
    """Say how far a registration has come; BadValueError, NotFoundError."""
    standing = Standing(command.state, asked.user.login, command.reason)
    registry.decide(asked.tx, command.login, command.sender, command.operator, standing, asked.now)


def decide_sender(asked: PersonContext, command: DecideSender) -> None:
    """Decide on a sender; NotFoundError."""
    said = Verdict(command.approved, asked.user.login, command.reason)
    senders.decide(asked.tx, command.login, command.name, said, asked.now)


def decide_text(asked: PersonContext, command: DecideText) -> None:
    """Decide on a text; NotFoundError, ConflictError when somebody else was faster."""
    said = Verdict(command.approved, asked.user.login, command.reason)
    moderation.decide(asked.tx, command.id, said, asked.now, revise=command.revise)


def decide_pattern(asked: PersonContext, command: DecidePattern) -> None:
    """Decide on a pattern; NotFoundError."""
    patterns.decide(asked.tx, command.id, Verdict(command.approved, asked.user.login, command.reason), asked.now)


def decide_file(asked: PersonContext, command: DecideFile) -> None:
    """Decide on a file; NotFoundError."""
    files.decide(asked.tx, command.id, Verdict(command.approved, asked.user.login, command.reason), asked.now)


def list_files(asked: PersonContext, command: ListFiles) -> FilesResult:
    """Return files; NotFoundError."""
    found = files.listing(asked.tx, command.login or None)
    return FilesResult([_file(one) for one in found])


def get_file(asked: PersonContext, command: GetFile) -> FileContent:
    """Return a file; NotFoundError."""
    folder = asked.installation.folder
    if folder is None:
        raise NotFoundError("file", str(command.id))
    found = files.download(asked.tx, folder, command.id)
    return FileContent(found.headers, found.content)


def words(asked: PersonContext, _command: ListStopWords) -> Sequence[str]:
    """Return the stop words."""
    return moderations.words(asked.tx)


def edit_words(asked: PersonContext, command: EditStopWords) -> int:
    """Change the stop words; BadValueError."""
    if command.removes:
        return moderation.remove_words(asked.tx, command.words)
    return moderation.add_words(asked.tx, command.words, asked.now)


def _sender(one: Waiting) -> SenderCase:
    sender = one.sender
    return SenderCase(
        login=one.login,
        name=sender.name,
        state=sender.state,
        papers=sender.papers,
        asked_at=from_ms(sender.created_at),
        decided_at=None if sender.decided_at is None else from_ms(sender.decided_at),
        decided_by=sender.decided_by,
        reason=sender.reason,
    )


def _pattern(one: ListedPattern) -> PatternCase:
    pattern = one.pattern
    return PatternCase(
        id=pattern.id,
        login=one.login,
        name=pattern.name,
        text=pattern.text,
        state=pattern.state,
        changed_at=from_ms(pattern.changed_at),
        decided_by=pattern.decided_by,
        reason=pattern.reason,
    )


def _file(one: ListedFile) -> FileCase:
    file = one.file
    return FileCase(
        id=file.id,
        login=one.login,
        label=file.label,
        kind=file.kind,
        size=file.size,
        at=from_ms(file.created_at),
        state=file.state,
        decided_at=None if file.decided_at is None else from_ms(file.decided_at),
        decided_by=file.decided_by,
        reason=file.reason,
    )


def _text(one: Listed) -> TextCase:
    text = one.moderation
    return TextCase(
        id=text.id,
        login=one.login,
        text=text.text,
        cause=text.cause,
        state=text.state.value,
        messages=text.messages,
        since=from_ms(text.created_at),
        decided_at=None if text.decided_at is None else from_ms(text.decided_at),
        decided_by=text.decided_by,
        reason=text.reason,
    )
