"""Style sheets, fonts and scripts: KERN UX as npm installed it, and our own few. Another content, another address."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from gateway.web.style_sheet import narrowed
from services.common.errors import NotFound

_OWN = Path(__file__).parent / "assets"
_KERN = _OWN / "node_modules" / "@kern-ux" / "native" / "dist"
_WEIGHTS: Final = ("Regular", "Medium", "SemiBold", "Bold")
_FONTS: Final = _OWN / "node_modules" / "@expo-google-fonts"
FONT_FOLDERS: Final = tuple(
    _FONTS / family / weight for family in ("noto-sans", "vazirmatn") for weight in ("400Regular", "700Bold")
)
"""What documents are set in; no page loads them. Vazirmatn for Arabic and Farsi, since it draws a letter as one glyph:
where dots are glyphs of their own, as in Noto, a screen reader gets letters twice."""
_FILES: Final[dict[str, Path]] = {
    "kern.css": _KERN / "kern.min.css",
    "lotse.css": _OWN / "lotse.css",
    "code.js": _OWN / "code.js",
    "print.js": _OWN / "print.js",
    "read_aloud.js": _OWN / "read_aloud.js",
    "search.js": _OWN / "search.js",
    "icon.svg": _OWN / "icon.svg",
    **{f"FiraSans-{weight}.woff2": _KERN / "fonts" / "fira-sans" / f"FiraSans-{weight}.woff2" for weight in _WEIGHTS},
}
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_YEAR = "public, max-age=31536000, immutable"
_TEMPLATES = Path(__file__).parent / "templates"
_SHARED: Final = ("document", "languages", "parts", "problem")
CLIENT_STYLE: Final = "page.css"
"""Style of the clients' pages: no rule that none of them uses, no fonts. On a cheap phone and a slow network a page is
there with two requests. Its name says nothing of where it comes from."""

router = APIRouter(include_in_schema=False)


class AssetsMissing(Exception):
    """The assets were not installed; the message says what to do."""


def require_assets() -> None:
    """Raises AssetsMissing when npm has not installed them."""
    missing = [file for file in _FILES.values() if not file.is_file()]
    missing += [folder for folder in FONT_FOLDERS if not any(folder.glob("*.ttf"))]
    if missing:
        raise AssetsMissing(f"{len(missing)} files of the pages are missing: run `make setup`.")


def address(name: str) -> str:
    """Where a page finds a file."""
    return f"/assets/{_version()}/{name}"


def icon() -> str:
    """The icon in the page itself."""
    return "data:image/svg+xml," + quote(_FILES["icon.svg"].read_text(encoding="utf-8").strip())


@router.get("/assets/{version}/{name}")
async def asset(version: str, name: str, request: Request) -> Response:
    """One of the files above, for a year: another content has another address. Texts go compressed."""
    if version != _version() or (name not in _FILES and name != CLIENT_STYLE):
        raise NotFound
    kind = _TYPES[Path(name).suffix]
    headers = {"Cache-Control": _YEAR}
    if kind == _TYPES[".woff2"]:
        return FileResponse(_FILES[name], media_type=kind, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(_compressed(name), media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(_content(name), media_type=kind, headers=headers)


@cache
def _content(name: str) -> bytes:
    if name != CLIENT_STYLE:
        return _FILES[name].read_bytes()
    templates = [*(_TEMPLATES / "client").glob("*.html"), *(_TEMPLATES / f"{shared}.html" for shared in _SHARED)]
    style = "".join(_content(of).decode() for of in ("kern.css", "lotse.css"))
    return narrowed(style, [template.read_text(encoding="utf-8") for template in templates]).encode()


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0)


@cache
def _version() -> str:
    together = hashlib.sha256(_content(CLIENT_STYLE))
    for name in sorted(_FILES):
        together.update(_FILES[name].read_bytes())
    return together.hexdigest()[:12]
