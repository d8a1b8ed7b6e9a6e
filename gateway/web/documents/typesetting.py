"""Templates of typst and data become PDFs. Data goes in as JSON and is never read as markup."""

from __future__ import annotations  # typst names its standards only in its stubs

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

from gateway.web.assets import FONT_FOLDERS

_TEMPLATES: Final = Path(__file__).parent
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]
_NO_GLYPH: Final = "could not be displayed with font"


def pdf(template: str, values: Mapping[str, object], at: datetime) -> bytes:
    """The document, PDF/UA-1 and PDF/A-3a, dated `at`: the same values make the same bytes.

    Where a name has a character that no font here has, it cannot claim the standards and is tagged all the same. It
    takes some ten milliseconds, without Python's lock; callers on an event loop use a thread. Nothing is written to
    a disk and nothing fetched.
    """
    try:
        return _compiled(template, values, at, _STANDARDS)
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise
        return _compiled(template, values, at, [])


def _compiled(template: str, values: Mapping[str, object], at: datetime, standards: list[typst.PDFStandard]) -> bytes:
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=standards,
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """Those of the assets, and for boxes and hashes one that comes with typst; none of the system's.

    So a document looks the same everywhere.
    """
    folders = [str(folder) for folder in FONT_FOLDERS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
