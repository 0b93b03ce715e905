import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, post
from tolmach.core.accounts import Nobody
from tolmach.core.commands import GetVersion
from tolmach.core.results import VersionResult
from tolmach.dialects.prontosms.version import Version


@pytest.mark.parametrize("body", ["", "<request/>", "nonsense"])
def test_anybody_may_ask_in_any_way(body: str) -> None:
    asked = Version().parse(post(body))
    assert (asked.credentials, asked.command, asked.fault) == (Nobody(), GetVersion(), None)


def test_the_answer() -> None:
    assert below_root(Version().render(call(), VersionResult("1.2"))) == "<version>1.2</version>"
