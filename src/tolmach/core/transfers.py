"""Transfers of money between a reseller and its clients, as ProntoSMS names their kinds."""

from enum import StrEnum
from typing import Final


class TransferKind(StrEnum):
    """Why money moves. Payments and trust go to the client; what is taken goes back to the reseller."""

    WEBMONEY = "webmoney"
    MANAGER = "manager"
    ROBOXCHANGE = "roboxchange"
    CASHLESS = "cashless"
    CASHLESS_NO_SCORE = "cashless_no_score"
    QIWI = "Qiwi"
    YANDEXMONEY = "yandexmoney"
    BITCOIN = "BITCOIN"
    TRUST_PAYMENT = "trust_payment"
    WRITE_OFF = "write_off"
    SUBSCRIPTION = "subscription"


TAKEN: Final = frozenset({TransferKind.WRITE_OFF, TransferKind.SUBSCRIPTION})
"""Kinds that move money from the client to the reseller."""

_BY_WORD: Final = {kind.value.lower(): kind for kind in TransferKind}


class TransferRefusal(StrEnum):
    """Why a transfer is not made; the first is the protocol's own word, the others are written like it."""

    NO_USER = "NO_USER"  # unknown, or another reseller's
    NO_MONEY = "NO_MONEY"
    BAD_BALANCE = "BAD_BALANCE"  # not an amount above zero
    BAD_TYPE = "BAD_TYPE"


def read_kind(word: str) -> TransferKind | None:
    """Return a kind by its word, in any case; None when there is none."""
    return _BY_WORD.get(word.strip().lower())
