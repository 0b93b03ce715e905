"""A crowd: several wait for answers of a database, so that what nobody waits for should come in small pieces."""

import time
from collections.abc import Callable


class Crowd:
    """Whether there is a crowd. Threads may ask and tell."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock()

    def gather(self, seconds: float) -> None:
        """Take it that there is one from now on, for so long."""
        self._until = self._clock() + seconds

    def __bool__(self) -> bool:
        """Tell whether there is one now."""
        return self._clock() < self._until
