"""Parameters of a request that has no document: those of its address, and of a form when it was posted.

Clients write UTF-8, and old ones windows-1251 without saying so: what is no UTF-8 is windows-1251.
"""

from urllib.parse import unquote_to_bytes

from tolmach.wire import WireRequest


class Parameters(dict[str, str]):
    """Values by name, "" for an absent one."""

    def __missing__(self, name: str) -> str:
        return ""


def read_parameters(request: WireRequest) -> Parameters:
    """Return the parameters, the first of each name; never fails, whatever the bytes are."""
    written = request.query.encode("latin-1", "replace")
    if request.method == "POST" and request.body.strip():
        written += b"&" + request.body.strip()
    pieces = [piece.partition(b"=")[::2] for piece in written.split(b"&") if piece]
    pairs = [(unquote_to_bytes(name), unquote_to_bytes(value.replace(b"+", b" "))) for name, value in pieces]
    encoding = _encoding(b"".join(value for _, value in pairs))
    found = Parameters()
    for name, value in pairs:
        text = value.decode(encoding, "replace").replace("\x00", "\ufffd")  # PostgreSQL has no NUL, nor has XML
        found.setdefault(name.decode("ascii", "replace"), text)
    return found


def _encoding(octets: bytes) -> str:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return "windows-1251"
    return "utf-8"
