"""How a connection answers submits: in the order in which they came, or as its faults will have it."""

from collections.abc import Callable
from typing import Final, Protocol

from tolmach.codecs.smpp.bodies import Body
from tolmach.codecs.smpp.constants import MAX_SEQUENCE
from tolmach.sandbox.faults import FaultBook, Faults

_ELSEWHERE: Final = 1_000_000_000
"""How far off an unknown sequence number is."""


class Line(Protocol):
    """Where answers go."""

    def respond(self, sequence: int, body: Body, status: int) -> None:
        """Queue one answer."""
        ...

    def flush(self) -> None:
        """Write what is queued."""
        ...

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after a while, if the connection is still there."""
        ...


class Answers:
    """The answers of one connection; ``pending`` counts submits whose answer is not decided yet."""

    def __init__(self, line: Line, book: FaultBook) -> None:
        self.pending = 0
        self._line = line
        self._book = book
        self._held: list[Callable[[], None]] = []

    def expect(self) -> None:
        """A submit came."""
        self.pending += 1

    def give(self, sequence: int, body: Body, status: int, faults: Faults) -> None:
        """Answer a submit; `settle` ends a batch."""

        def say() -> None:
            self._say(sequence, body, status, faults)

        if faults.response_delay:
            self._line.later(faults.response_delay, lambda: self._say_alone(say))
        elif faults.out_of_order:
            self._held.append(say)
        else:
            say()

    def settle(self) -> None:
        """Write the answers of a batch."""
        held, self._held = self._held, []
        for say in reversed(held):
            say()
        self._line.flush()

    def _say_alone(self, say: Callable[[], None]) -> None:
        say()
        self._line.flush()

    def _say(self, sequence: int, body: Body, status: int, faults: Faults) -> None:
        self.pending -= 1
        strikes = self._book.strikes
        if strikes(faults.never_answer):
            return
        if strikes(faults.unknown_sequence):
            sequence = (sequence + _ELSEWHERE) % MAX_SEQUENCE or 1
        self._line.respond(sequence, body, status)
        if strikes(faults.answer_twice):
            self._line.respond(sequence, body, status)
