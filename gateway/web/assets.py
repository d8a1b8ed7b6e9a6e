"""Style sheets, fonts and scripts: KERN UX as npm installed it, and our own few. Another content, another address."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from services.common.errors import NotFound

_OWN = Path(__file__).parent / "assets"
_KERN = _OWN / "node_modules" / "@kern-ux" / "native" / "dist"
_WEIGHTS: Final = ("Regular", "Medium", "SemiBold", "Bold")
_FILES: Final[dict[str, Path]] = {
    "kern.css": _KERN / "kern.min.css",
    "lotse.css": _OWN / "lotse.css",
    "code.js": _OWN / "code.js",
    "print.js": _OWN / "print.js",
    "search.js": _OWN / "search.js",
    "icon.svg": _OWN / "icon.svg",
    **{f"FiraSans-{weight}.woff2": _KERN / "fonts" / "fira-sans" / f"FiraSans-{weight}.woff2" for weight in _WEIGHTS},
}
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_YEAR = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


class AssetsMissing(Exception):
    """The assets were not installed; the message says what to do."""


def require_assets() -> None:
    """Raises AssetsMissing when npm has not installed them."""
    missing = [name for name, file in _FILES.items() if not file.is_file()]
    if missing:
        raise AssetsMissing(f"{len(missing)} files of the pages are missing: run `make setup`.")


def address(name: str) -> str:
    """Where a page finds a file."""
    return f"/assets/{_version()}/{name}"


@router.get("/assets/{version}/{name}")
async def asset(version: str, name: str) -> Response:
    """One of the files above, for a year: another content has another address."""
    file = _FILES.get(name)
    if file is None or version != _version():
        raise NotFound
    return FileResponse(file, media_type=_TYPES[file.suffix], headers={"Cache-Control": _YEAR})


@cache
def _version() -> str:
    together = hashlib.sha256()
    for name in sorted(_FILES):
        together.update(_FILES[name].read_bytes())
    return together.hexdigest()[:12]
