"""The site of those who sign in: its look, and the services that its pages ask."""

from tolmach.core.clock import Clock
from tolmach.services.entrance import Entrance
from tolmach.services.reception import Reception
from tolmach.web.look import Look


class Site(Look):
    """The parts that pages are made of; raises `NotBuiltError` without the assets.

    ``payee`` stands on invoices: who is paid, and how. ``has_phones``: the sandbox is on, and menus lead to its phones.
    """

    def __init__(
        self,
        entrance: Entrance,
        reception: Reception,
        clock: Clock,
        *,
        always_secure: bool = False,
        payee: str = "",
        has_phones: bool = False,
    ) -> None:
        super().__init__(always_secure=always_secure)
        self.clock = clock
        self.entrance = entrance
        self.reception = reception
        self.payee = payee
        self.has_phones = has_phones
