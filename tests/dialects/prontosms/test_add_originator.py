from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import RegisterSenders
from tolmach.core.errors import Failure
from tolmach.core.papers import LONGEST_FIELD, MOST, Papers
from tolmach.core.results import Registration, SenderRegistered, SendersRegistered
from tolmach.dialects.prontosms.add_originator import AddOriginator
from tolmach.dialects.prontosms.vocabulary import REGISTRATIONS


def read(payload: str) -> RegisterSenders | Failure:
    found = AddOriginator().parse(request(payload))
    if found.fault is not None:
        return found.fault.failure
    assert isinstance(found.command, RegisterSenders)
    return found.command


def test_everything_that_can_be_said_of_a_sender() -> None:
    assert read(
        '<originator INN="1" KPP="2" OGRN="3" name_counterparty="n" template="t" comment="c"> Shop </originator>'
        '<operator MCC="250" MNC="01"/><operator MCC="250" MNC="01"/><operator MCC="" MNC=""/>'
        '<file href="http://x" id="4"/><file id="5"/><file/>'
    ) == RegisterSenders(
        ("Shop",), Papers("1", "2", "3", "n", "t", "c", (("250", "01"),), ("http://x",)), files=("4", "5")
    )


def test_small_letters_and_nothing_at_all() -> None:
    assert read('<originator inn="1" kpp="2" ogrn="3">Shop</originator><operator mcc="250" mnc="02"/>') == (
        RegisterSenders(("Shop",), Papers("1", "2", "3", operators=(("250", "02"),)))
    )
    assert read("<originator>Shop</originator>") == RegisterSenders(("Shop",), Papers())


def test_what_makes_no_sense_is_told_after_the_login() -> None:
    assert read("") is Failure.MISSING_FIELD
    assert read(f'<originator INN="{"1" * (LONGEST_FIELD + 1)}">Shop</originator>') is Failure.BAD_FIELD
    assert read("<originator>Shop</originator>" + "<file/>" * (MOST + 1)) is Failure.BAD_FIELD


def test_answers_are_the_manuals() -> None:
    items = [SenderRegistered(Registration.QUEUED, 3), SenderRegistered(Registration.BAD_NAME)]
    assert below_root(AddOriginator().render(call(), SendersRegistered(items))) == (
        '<originator id_originator="3">Отправитель поставлен в очередь на регистрацию.</originator>\n'
        '<originator id_originator="">Отправитель может состоять только из 11-ти латинских символов, цифр, пробелов '
        'и знаков "\\\'?&gt;&lt;,.-_=+/"!@#$%^&amp;*() " или 15-ти цифр.</originator>'
    )
    assert REGISTRATIONS.keys() == set(Registration)
