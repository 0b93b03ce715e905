"""The audit log as it is read: by the owner of an account, and by the operator's staff."""

from collections.abc import Mapping, Sequence

from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.users import ListAudit
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms
from tolmach.core.results.users import AuditPage, AuditRow
from tolmach.services import accounts
from tolmach.services.context import Context, Handlers, PersonContext
from tolmach.store import audit
from tolmach.store.audit import Entry

PAGE = 50


def of_account(asked: Context, command: ListAudit) -> AuditPage:
    """Return a page of the changes in an account."""
    found = audit.of_account(asked.tx, asked.account.id, command.before, PAGE + 1)
    return _page(found, {asked.account.id: asked.account.login})


def everything(asked: PersonContext, command: ListEveryChange) -> AuditPage:
    """Return a page of all changes; NotFoundError for an account that is not there."""
    account = accounts.find(asked.tx, command.account).id if command.account else None
    found = audit.everything(asked.tx, command.before, PAGE + 1, account, command.login)
    return _page(found, accounts.logins(asked.tx))


def _page(found: Sequence[Entry], logins: Mapping[AccountId, str]) -> AuditPage:
    rows = [
        AuditRow(
            id=one.id,
            at=from_ms(one.at),
            login=one.login,
            account="" if one.account is None else logins.get(one.account, ""),
            action=one.action,
            detail=one.detail,
            remote=one.remote,
        )
        for one in found[:PAGE]
    ]
    return AuditPage(rows, rows[-1].id if len(found) > PAGE else 0)


READERS: Handlers = {ListAudit: of_account}
