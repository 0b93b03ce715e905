"""Values that the tests of several modules are about."""

from datetime import timedelta

from tolmach.core.accounts import Account, Network
from tolmach.core.admission import Terms
from tolmach.core.content import Channel, Content, SmsText, ViberCard
from tolmach.core.drafts import For, Step, Success, Validity
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.plans import PlannedStep
from tolmach.core.results import SenderState
from tolmach.core.tariff import Direction, Tariff

DAY = For(timedelta(days=1))
RUSSIA = Direction(1, "Россия")
UKRAINE = Direction(2, "Украина")
ABKHAZIA = Direction(3, "Абхазия")
SHUT = Direction(4, "Мальта", open=False)
TARIFF = Tariff(
    directions={place.id: place for place in (RUSSIA, UKRAINE, ABKHAZIA, SHUT)},
    prefixes={"7": 1, "380": 2, "7940": 3, "356": 4},
    prices={
        (1, Channel.SMS): Money(10_000),
        (1, Channel.VIBER): Money(15_000),
        (2, Channel.SMS): Money(20_000),
        (3, Channel.SMS): Money(30_000),
        (4, Channel.SMS): Money(40_000),
    },
)
SENDERS = {"Tolmach": SenderState.COMPLETED, "Waits": SenderState.ORDER, "Denied": SenderState.REJECTED}


def account(
    *, any_sender: bool = False, default_sender: str | None = "Tolmach", networks: tuple[Network, ...] = ()
) -> Account:
    """An account in Moscow."""
    return Account(
        id=AccountId(1),
        login="demo",
        client_number=1,
        password_hash="",
        time_zone="Europe/Moscow",
        currency="RUB",
        blocked=False,
        any_sender=any_sender,
        default_sender=default_sender,
        callback_url=None,
        deduplicates=True,
        tariff=1,
        networks=networks,
    )


def terms(closed: frozenset[int] = frozenset(), *, any_sender: bool = False, default: str | None = "Tolmach") -> Terms:
    """What that account may do."""
    return Terms(account(any_sender=any_sender, default_sender=default), SENDERS, TARIFF, closed)


def sms(text: str = "Hello", sender: str | None = "Tolmach", validity: Validity = DAY) -> Step:
    return Step(Channel.SMS, SmsText(text), sender, validity)


def viber(content: Content | None = None, success: Success = Success.DELIVERED) -> Step:
    return Step(Channel.VIBER, content or ViberCard("Hello"), "Tolmach", DAY, success)


def planned(
    price: int = 10_000,
    parts: int = 1,
    channel: Channel = Channel.SMS,
    success: Success = Success.DELIVERED,
) -> PlannedStep:
    content: Content = SmsText("Hello") if channel is Channel.SMS else ViberCard("Hello")
    return PlannedStep(channel, "Tolmach", content, parts, Money(price), 60_000, None, success)
