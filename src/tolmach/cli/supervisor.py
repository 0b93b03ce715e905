"""The parent of a gateway's processes: starts them, gives them its sockets, and starts one anew that has died.

It does no work of its own: no database, no event loop, no other thread. Each child holds the end of a pipe that breaks
when the parent dies, and writes to another when it is ready. A child that cannot start at all ends the whole group; one
that dies later is started again, after a pause that grows while it keeps dying.
"""

import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from tolmach.gateway.membership import Membership, introductions

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0  # who has lived so long begins with the first pause again
PATIENCE_SECONDS: Final = 90.0  # answers that are out, and what is under way; then they are killed
STOPS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Kin:
    """What a child gets: its number, the end of its parent's life, and where to say that it is ready."""

    membership: Membership
    orphaned: int
    """A file descriptor: readable when the parent is dead."""
    ready: Callable[[str], None]
    """To be called with the name of the process."""


Child = Callable[[Kin], int]
"""Runs in a process of its own; returns its exit code."""


@dataclass(slots=True)
class _Place:
    """One of the processes, and how it has fared."""

    number: int
    pid: int = 0
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0
    ready: bool = False
    name: str = ""
    dead: tuple[str, ...] = ()
    """Earlier processes of this place, which nobody has buried yet."""
    hears: int = -1  # a file descriptor: what the child says


class Supervisor:
    """Keeps ``count`` children that work, and their ``fronts``.

    ``say`` is told what an operator should know, ``ready`` is called once all are.
    """

    def __init__(
        self,
        child: Child,
        count: int,
        sockets: Sequence[socket.socket],
        ready: Callable[[], None],
        say: Callable[..., None],
        fronts: int = 0,
    ) -> None:
        self._child = child
        self._sockets = sockets
        self._working = count
        self._introductions = [introductions() for _ in range(count)] if fronts else []
        self._ready = ready
        self._say = say
        self._places = [_Place(number) for number in range(count + fronts)]
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._patience = 0.0
        self._told = False
        self._code = 0
        self._life, self._life_end = os.pipe()  # the second closes with this process
        self._awake, self._wake = socket.socketpair()

    def run(self) -> int:
        """Work until told to stop; return the exit code."""
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)  # else it would not come to the wake-up
        self._selector.register(self._awake, selectors.EVENT_READ)
        try:
            while not (self._stopping and not any(place.pid for place in self._places)):
                self._start_due()
                self._wait()
        finally:
            signal.set_wakeup_fd(-1)
            for place in self._places:
                if place.pid:
                    os.kill(place.pid, signal.SIGKILL)
        return self._code

    def _start_due(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if not place.pid and not self._stopping and place.due <= now:
                self._start(place, now)

    def _start(self, place: _Place, now: float) -> None:
        hears, says = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # what comes for the child would come to our wake-up, too
        try:
            pid = os.fork()
            if pid == 0:
                self._become(place, says)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(says)
        place.pid, place.started, place.ready, place.hears = pid, now, False, hears
        self._selector.register(hears, selectors.EVENT_READ, place)

    def _become(self, place: _Place, says: int) -> NoReturn:
        """Be a child from here on; whatever happens, the parent's code is not gone on with."""
        code = 70
        try:
            signal.set_wakeup_fd(-1)
            for one in _SIGNALS:  # a child that only begins has nothing to load anew, and is not to end for it
                signal.signal(one, signal.SIG_IGN if one is signal.SIGHUP else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._selector.close()
            self._awake.close()
            self._wake.close()
            os.close(self._life_end)
            for other in self._places:
                if other.hears >= 0:
                    os.close(other.hears)
            sockets = () if self._introductions and place.number < self._working else self._sockets
            member = Membership(place.number, self._working, sockets, place.dead, self._introductions)
            code = self._child(Kin(member, self._life, lambda name: _say_ready(says, name)))
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _wait(self) -> None:
        """Sleep until something happens or is due."""
        dues = [place.due for place in self._places if not place.pid and not self._stopping]
        if self._stopping:
            dues.append(self._patience)
        timeout = None if not dues else max(0.0, min(dues) - time.monotonic())
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                self._signalled(self._awake.recv(4096))
            elif key.data.hears >= 0:  # else it was heard when it was buried just now
                self._heard(key.data)
        if self._stopping and time.monotonic() >= self._patience:
            self._signal(signal.SIGKILL)
            self._patience = time.monotonic() + PATIENCE_SECONDS

    def _heard(self, place: _Place) -> None:
        """A child is ready, or has gone before it was."""
        place.name = os.read(place.hears, 256).decode()
        place.ready = bool(place.name)
        if place.ready:
            place.dead = ()  # it has seen to them
        self._forget(place)
        if not self._told and all(one.ready for one in self._places):
            self._told = True
            self._ready()

    def _forget(self, place: _Place) -> None:
        if place.hears >= 0:
            self._selector.unregister(place.hears)
            os.close(place.hears)
            place.hears = -1

    def _signalled(self, numbers: bytes) -> None:
        for number in set(numbers):
            if number in STOPS:
                self._stop(number)
            elif number == signal.SIGHUP:
                self._signal(signal.SIGHUP)
        self._bury()

    def _stop(self, number: int = signal.SIGTERM) -> None:
        """Let every child end what it is at; the second time there is no more waiting."""
        self._signal(signal.SIGKILL if self._stopping and number != signal.SIGINT else signal.SIGTERM)
        if not self._stopping:
            self._stopping = True
            self._patience = time.monotonic() + PATIENCE_SECONDS

    def _signal(self, number: int) -> None:
        for place in self._places:
            if place.pid:
                os.kill(place.pid, number)

    def _bury(self) -> None:
        """Take note of every child that has ended."""
        for place in self._places:
            if place.pid and (ended := os.waitpid(place.pid, os.WNOHANG))[0]:
                self._ended(place, os.waitstatus_to_exitcode(ended[1]))

    def _ended(self, place: _Place, code: int) -> None:
        if place.hears >= 0:
            self._heard(place)  # it may have said that it was ready just before
        now = time.monotonic()
        place.pid = 0
        place.dead += (place.name,) if place.ready else ()
        if self._stopping:
            return
        if not self._told and not place.ready and code > 0:
            self._code = code  # it has said why, and the others would say the same
            self._stop()
            return
        lived = now - place.started
        place.pause = FIRST_PAUSE if lived >= STEADY_SECONDS else min(LONGEST_PAUSE, place.pause * 2 or FIRST_PAUSE)
        place.due = now + place.pause
        self._say("a process has died", process=place.name, number=place.number, code=code, again_in=place.pause)


def alone(work: Callable[[], int]) -> int:
    """Do something in a process of its own, so that this one stays small; return its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return abs(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    code = 70
    try:
        code = work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _say_ready(descriptor: int, name: str) -> None:
    os.write(descriptor, name.encode())
    os.close(descriptor)
