"""What people see and change of themselves: password, second factor, sessions, language and theme.

That a password which has to be shown again was right is known by then (`tolmach.services.reception`).
"""

from tolmach.core.commands.users import (
    ChangePassword,
    DropSecondFactor,
    EndSession,
    GetProfile,
    ListSessions,
    SetPreferences,
    SetSecondFactor,
)
from tolmach.core.moments import from_ms
from tolmach.core.results.users import ProfileResult, SecondFactorResult, SelfChange, SessionsResult, SignedIn
from tolmach.services import secondfactor
from tolmach.services.colleagues import good_password
from tolmach.services.context import PersonContext, PersonHandlers
from tolmach.store import sessions, users

LANGUAGES = ("", "ru", "en")
THEMES = ("", "light", "dark")


def profile(asked: PersonContext, _command: GetProfile) -> ProfileResult:
    """Return the caller."""
    return ProfileResult(asked.user, users.codes_left(asked.tx, asked.user.id))


def prefer(asked: PersonContext, command: SetPreferences) -> None:
    """Keep language and theme; what is not known is left as it was."""
    wanted = {"language": (command.language, LANGUAGES), "theme": (command.theme, THEMES)}
    columns = {name: value for name, (value, known) in wanted.items() if value is not None and value in known}
    if columns:
        users.change(asked.tx, asked.user.id, columns)


def change_password(asked: PersonContext, command: ChangePassword) -> SelfChange:
    """Store another password; the other sessions end."""
    if not good_password(command.new):
        return SelfChange.BAD_PASSWORD
    users.change(asked.tx, asked.user.id, {"password_hash": command.password_hash})
    sessions.end_others(asked.tx, asked.user.id, asked.session.digest)
    return SelfChange.DONE


def set_second_factor(asked: PersonContext, command: SetSecondFactor) -> SecondFactorResult:
    """Turn the second factor on, with new recovery codes."""
    step = secondfactor.check(command.secret, command.code, asked.now, 0)
    if step is None:
        return SecondFactorResult(())
    codes = secondfactor.make_recovery_codes()
    users.change(asked.tx, asked.user.id, {"totp_secret": command.secret, "totp_step": step})
    users.put_codes(asked.tx, asked.user.id, map(secondfactor.recovery_digest, codes))
    return SecondFactorResult(codes)


def drop_second_factor(asked: PersonContext, _command: DropSecondFactor) -> SelfChange:
    """Turn the second factor off."""
    users.change(asked.tx, asked.user.id, {"totp_secret": "", "totp_step": 0})
    users.put_codes(asked.tx, asked.user.id, ())
    return SelfChange.DONE


def list_sessions(asked: PersonContext, _command: ListSessions) -> SessionsResult:
    """Return the caller's sessions."""
    return SessionsResult(
        [
            SignedIn(
                one.id,
                one.device,
                one.remote,
                from_ms(one.created_at),
                from_ms(one.seen_at),
                one.digest == asked.session.digest,
            )
            for one in sessions.of_user(asked.tx, asked.user.id)
        ]
    )


def end_session(asked: PersonContext, command: EndSession) -> SelfChange:
    """Sign out a session, or all the others."""
    if command.session == 0:
        sessions.end_others(asked.tx, asked.user.id, asked.session.digest)
        return SelfChange.DONE
    ended = sessions.end_by_id(asked.tx, asked.user.id, command.session)
    return SelfChange.DONE if ended else SelfChange.NOT_FOUND


READERS: PersonHandlers = {GetProfile: profile, ListSessions: list_sessions}
WRITERS: PersonHandlers = {
    SetPreferences: prefer,
    ChangePassword: change_password,
    SetSecondFactor: set_second_factor,
    DropSecondFactor: drop_second_factor,
    EndSession: end_session,
}
