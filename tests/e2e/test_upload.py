"""Uploads as real programs make them: curl, and the sample of the manual in PHP."""

import asyncio
import shutil
import stat
from pathlib import Path

import pytest

from tests.dialects.prontosms.test_multipart import form, named
from tests.e2e.documents import pronto
from tests.gateway import Live

PDF = b"%PDF-1.7 a letter"
JPEG = b"\xff\xd8\xff\xe0 a picture"
NOT_KEPT, STRANGER = "Не удалось скопировать файл!", "Неверный логин или пароль!"
# the manual's sample, with the addresses and names filled in; the option for peers that libcurl no longer has is gone
PHP = """<?php
    $href = "%s";
    $tmpfname = "%s";
    $requist['login'] = "demo";
    $requist['passsword'] = "demo";
    if(PHP_VERSION_ID <  56000)
        $requist['file'] = '@' . $tmpfname;
    else
        $requist['file'] = new CurlFile($tmpfname, 'image/jpg');
    $res = '';
    $in = '';
    $ch = curl_init();
    curl_setopt($ch, CURLOPT_URL, $href);
    curl_setopt($ch, CURLOPT_POST, TRUE);
    curl_setopt($ch, CURLOPT_HEADER, FALSE);
    curl_setopt($ch, CURLOPT_RETURNTRANSFER, TRUE);
    curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, FALSE);
    curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, FALSE);
    curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 30);
    curl_setopt($ch, CURLOPT_POSTFIELDS, $requist);
    $result = curl_exec($ch);
    curl_close($ch);
    echo $result;
"""


async def run(*words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err
    return out.decode()


def address(live: Live) -> str:
    return f"http://127.0.0.1:{live.port}/xml/file.php"


async def upload(live: Live, content: bytes, tmp_path: Path, name: str = "letter.pdf", password: str = "demo") -> str:
    """Upload with curl, under a name of the client's."""
    (tmp_path / "given").write_bytes(content)
    fields = ("-F", "login=demo", "-F", f"password={password}", "-F", f'file=@{tmp_path / "given"};filename="{name}"')
    return await run("curl", "-s", *fields, address(live))


curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


@curl
async def test_curl(live: Live, tmp_path: Path) -> None:
    assert await upload(live, PDF, tmp_path) == "1"
    assert await upload(live, JPEG, tmp_path, "a.php") == "2"
    assert await upload(live, PDF, tmp_path, "../../x") == "1"  # the same content again
    folder = live.gateway.settings.files_folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted([PDF, JPEG])
    assert all(set(path.name) <= set("0123456789abcdef") for path in folder.iterdir())


@curl
@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?php phpinfo();",
        JPEG + b"<?php phpinfo();",
        b"%PDF-1.7" + b"x" * 6_000_000,
        b"",
    ],
    ids=["svg", "php", "polyglot", "large", "empty"],
)
async def test_what_is_refused_leaves_nothing(live: Live, tmp_path: Path, content: bytes) -> None:
    assert await upload(live, content, tmp_path) == NOT_KEPT
    assert not live.gateway.settings.files_folder.exists()


@curl
async def test_a_stranger(live: Live, tmp_path: Path) -> None:
    assert await upload(live, PDF, tmp_path, password="wrong") == STRANGER
    assert await upload(live, b"", tmp_path, password="wrong") == STRANGER
    assert not live.gateway.settings.files_folder.exists()


@pytest.mark.skipif(shutil.which("php") is None, reason="needs PHP")
async def test_the_sample_of_the_manual(live: Live, tmp_path: Path) -> None:
    if "curl" not in (await run("php", "-m")).split():
        pytest.skip("PHP without curl")
    picture, script = tmp_path / "picture.jpg", tmp_path / "sample.php"
    picture.write_bytes(JPEG)
    script.write_text(PHP % (address(live), picture))
    assert await run("php", str(script)) == "1"


async def test_a_form_that_breaks_off(live: Live) -> None:
    body = form((named("login"), b"demo"), (named("file"), PDF), end=b"")
    answer = await live.post("/xml/file.php", body, **{"content-type": "multipart/form-data; boundary=b"})
    assert answer == NOT_KEPT


@curl
async def test_a_sender_with_an_uploaded_paper(live: Live, tmp_path: Path) -> None:
    number = await upload(live, PDF, tmp_path)
    body = pronto(f'<originator>Shop</originator><file id="{number}"/>')
    answer = await run("curl", "-s", "-d", body, f"http://127.0.0.1:{live.port}/xml/add_originator.php")
    assert "Отправитель поставлен в очередь на регистрацию." in answer
