"""What waits for a moderator, all in one place, and the decisions. What follows for messages is the worker's."""

from collections.abc import Sequence

from tolmach.core.commands.rulings import (
    DecidePattern,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecidedTexts,
    ListFiles,
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
    SenderCase,
    TextCase,
)
from tolmach.services import files, moderation, patterns, senders
from tolmach.services.administration import NotFoundError
from tolmach.services.context import PersonContext
from tolmach.services.moderation import Listed
from tolmach.store import moderations

SHOWN = 100  # texts


def waiting(asked: PersonContext, _command: ListCases) -> CasesResult:
    """Return everything that waits."""
    return CasesResult(
        [
            SenderCase(one.login, one.sender.name, one.sender.state, one.sender.papers, from_ms(one.sender.created_at))
            for one in senders.waiting(asked.tx)
        ],
        [_text(one) for one in moderation.listing(asked.tx, limit=SHOWN)],
        [
            PatternCase(
                id=one.pattern.id,
                login=one.login,
                name=one.pattern.name,
                text=one.pattern.text,
                state=one.pattern.state,
                changed_at=from_ms(one.pattern.changed_at),
                decided_by=one.pattern.decided_by,
                reason=one.pattern.reason,
            )
            for one in patterns.listing(asked.tx, waiting=True)
        ],
    )


def decided(asked: PersonContext, _command: ListDecidedTexts) -> Sequence[TextCase]:
    """Return texts that were decided on."""
    return [_text(one) for one in moderation.listing(asked.tx, decided=True, limit=SHOWN)]


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


def list_files(asked: PersonContext, command: ListFiles) -> FilesResult:
    """Return files; NotFoundError."""
    found = files.listing(asked.tx, command.login or None)
    return FilesResult(
        [
            FileCase(one.file.id, one.login, one.file.label, one.file.kind, one.file.size, from_ms(one.file.created_at))
            for one in found
        ]
    )


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
