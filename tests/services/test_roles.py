from tolmach.core.commands import GetBalance, RegisterSenders, SendMessages, SetCallbackUrl
from tolmach.core.commands.users import ListAudit, ListUsers
from tolmach.core.users import STAFF_ROLES, Role
from tolmach.services.dispatch import READERS, WRITERS
from tolmach.services.roles import OWNERS, SENDERS, may


def test_an_owner_may_everything() -> None:
    assert all(may(Role.OWNER, kind) for kind in (*READERS, *WRITERS, SendMessages))


def test_a_sender_sends_and_does_not_rule() -> None:
    assert may(Role.SENDER, SendMessages)
    assert may(Role.SENDER, GetBalance)
    assert not any(may(Role.SENDER, kind) for kind in (SetCallbackUrl, RegisterSenders, ListUsers, ListAudit))


def test_a_viewer_changes_nothing() -> None:
    assert not any(may(Role.VIEWER, kind) for kind in (*WRITERS, SendMessages, *OWNERS))
    assert may(Role.VIEWER, GetBalance)


def test_the_staff_s_roles_mean_nothing_in_a_cabinet() -> None:
    assert not any(may(role, GetBalance) for role in (*STAFF_ROLES, None))


def test_senders_are_given_what_there_is() -> None:
    assert SENDERS - {SendMessages} <= {*WRITERS, *SENDERS}
    assert READERS.keys() >= OWNERS
