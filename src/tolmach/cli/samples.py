"""One request per dialect that works when it is pasted into a shell. ASCII, so that every terminal keeps it whole."""

from collections.abc import Iterator
from typing import Final

from tolmach.services.demo import CLIENT_NUMBER, LOGIN, OPERATOR, PASSWORD, SENDER
from tolmach.services.samples import samples

ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104
SAMPLES: Final = samples(LOGIN, PASSWORD, CLIENT_NUMBER, SENDER)


def introduction(url: str, smpp: tuple[str, int] | None = None) -> Iterator[str]:
    """Yield the lines that a demonstration greets with; ``smpp`` is the address for SMPP clients."""
    url = reachable(url)
    yield f"Tolmach listens on {url}"
    yield f"virtual phones:    {url}/sandbox/"
    yield f"cabinet:           {url}/cabinet/ as {LOGIN} with password {PASSWORD} (operator: {OPERATOR}, {PASSWORD})"
    yield f"account:           login {LOGIN}, password {PASSWORD}, user_id {CLIENT_NUMBER}"
    if smpp is None:
        yield "SMPP:              off, its port is taken (choose another with --smpp-port)"
    else:
        yield f"SMPP:              {smpp[0]}:{smpp[1]}, system id {LOGIN}, password {PASSWORD}"
    for sample in SAMPLES:
        yield ""
        yield f"# {sample.dialect}"
        yield sample.curl(url)
    yield ""
    yield "Stop with Ctrl-C."


def reachable(url: str) -> str:
    """Return an address that this machine can be reached at, for one that means all of its addresses."""
    for anywhere, here in ANYWHERE.items():
        url = url.replace(f"//{anywhere}:", f"//{here}:")
    return url
