"""Certificates for tests, from an authority that is made for them."""

import ssl
from datetime import datetime
from pathlib import Path

import trustme

AUTHORITY = trustme.CA()


def write_pair(folder: Path, *, end: datetime | None = None) -> tuple[str, str]:
    """Write a new certificate for this machine and its key; return the paths."""
    issued = AUTHORITY.issue_cert("localhost", "127.0.0.1", not_after=end)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return str(certificate), str(key)


def trusting() -> ssl.SSLContext:
    """Return what a client needs that trusts the authority and nobody else."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context
