from datetime import time

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.bases import Base, Greeting
from tolmach.core.commands import ListBases
from tolmach.core.ids import AccountId
from tolmach.core.results import BasesResult
from tolmach.dialects.prontosms.list_bases import ListOfBases

GREETING = Greeting(on=True, at=time(9, 5), local_time=True, days_before=1, sender="A&B", text="<a>\n#name#")


def rendered(*bases: Base) -> str:
    return below_root(ListOfBases().render(call(), BasesResult(bases)))


def test_a_request_is_who_asks() -> None:
    assert ListOfBases().parse(request()).command == ListBases()


def test_bases_stand_on_one_line() -> None:
    assert rendered(Base(1, AccountId(1), 'The "office"', GREETING), Base(2, AccountId(1), "")) == (
        '<base id_base="1" name_base="The &quot;office&quot;" time_birth="09:05" local_time_birth="yes" day_before="1"'
        ' originator_birth="A&amp;B" on_birth="yes">&lt;a&gt;\\n#name#</base>'
        '<base id_base="2" name_base="" time_birth="10:00" local_time_birth="no" day_before="0"'
        ' originator_birth="" on_birth="no"></base>'
    )


def test_no_bases() -> None:
    assert rendered() == ""
