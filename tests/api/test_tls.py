import asyncio
import ssl
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.authority import trusting, write_pair
from tests.clock import FakeClock
from tolmach.api.tls import PAUSE, BadCertificateError, Certificate, watch


def shown(certificate: Certificate) -> bytes:
    """Shake hands in memory and return the certificate that a client is shown."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting().wrap_bio(to_client, to_server, server_hostname="localhost")
    server = certificate.context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server) * 3:
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    found = client.getpeercert(binary_form=True)
    assert found is not None
    return found


def test_new_clients_get_the_new_certificate(tmp_path: Path) -> None:
    certificate = Certificate(*write_pair(tmp_path))
    first = shown(certificate)
    assert shown(certificate) == first
    assert not certificate.refresh()
    write_pair(tmp_path)
    assert shown(certificate) == first
    assert certificate.refresh()
    assert shown(certificate) != first
    assert not certificate.refresh()


@pytest.mark.parametrize("name", ["certificate.pem", "key.pem"])
def test_a_broken_pair_keeps_the_old_one_and_is_told_once(tmp_path: Path, name: str) -> None:
    certificate = Certificate(*write_pair(tmp_path))
    first = shown(certificate)
    (tmp_path / name).write_text("-----BEGIN NOTHING-----")
    with capture_logs() as logs:
        assert not certificate.refresh()
        assert not certificate.refresh()
    assert [entry["log_level"] for entry in logs] == ["error"]
    assert shown(certificate) == first
    (tmp_path / name).unlink()
    assert not certificate.refresh()
    assert shown(certificate) == first
    write_pair(tmp_path)
    assert certificate.refresh()
    assert shown(certificate) != first


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    certificate, _ = write_pair(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(BadCertificateError, match="key values mismatch"):
        Certificate(certificate, write_pair(other)[1])


def test_files_that_are_not_there(tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path)
    for files in ((certificate, f"{key}.x"), (f"{certificate}.x", key)):
        with pytest.raises(BadCertificateError, match="No such file"):
            Certificate(*files)


async def test_the_files_are_watched(tmp_path: Path) -> None:
    certificate, clock = Certificate(*write_pair(tmp_path)), FakeClock()
    first = shown(certificate)
    watching = asyncio.create_task(watch([certificate], clock))
    await clock.sleeper()
    write_pair(tmp_path)
    clock.advance(PAUSE - timedelta(seconds=1))
    assert shown(certificate) == first
    clock.advance(timedelta(seconds=1))
    await clock.sleeper()
    assert shown(certificate) != first
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
