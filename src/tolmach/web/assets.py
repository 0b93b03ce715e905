"""What pages bring to the browser: files with a digest in their names, which a browser may keep for good.

They are built by ``hatch_build.py`` and lie in ``built`` beside this module.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

BUILT = Path(__file__).parent / "built"
PREFIX = "/static"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


class NotBuiltError(Exception):
    """The assets are not there; the text says what to do."""


class Assets:
    """The files by the names that templates use, and the names of the icons."""

    def __init__(self, folder: Path = BUILT) -> None:
        """Read the list of what was built; NotBuiltError."""
        try:
            listed = json.loads((folder / "assets.json").read_text("utf-8"))
        except FileNotFoundError:
            raise NotBuiltError(
                "the pages lack their assets: run `scripts/setup` (or `python hatch_build.py`)"
            ) from None
        self._folder = folder
        self._files: Mapping[str, str] = listed["files"]
        self.icons = frozenset(listed["icons"])
        self._contents: dict[str, tuple[bytes, bytes]] = {}
        for name in self._files.values():
            self._contents[name] = ((folder / name).read_bytes(), (folder / f"{name}.gz").read_bytes())

    def url(self, name: str) -> str:
        """Return the address of a file; KeyError for one that was not built."""
        return f"{PREFIX}/{self._files[name]}"

    def icon(self, name: str) -> str:
        """Return the address of an icon; KeyError for one that ``static/icons.txt`` does not name."""
        if name not in self.icons:
            raise KeyError(f"icon {name!r} is not in static/icons.txt")
        return f"{self.url('icons.svg')}#{name}"

    def routes(self) -> list[BaseRoute]:
        """Return what answers for the files."""
        return [Route(f"{PREFIX}/{{name}}", self._send, methods=["GET"])]

    async def _send(self, request: Request) -> Response:
        found = self._contents.get(request.path_params["name"])
        if found is None:
            return Response("Not Found", 404, media_type="text/plain")
        plain, packed = found
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        kind = TYPES[request.path_params["name"].rpartition(".")[2]]
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, 200, headers | {"Content-Encoding": "gzip"}, kind)
        return Response(plain, 200, headers, kind)
