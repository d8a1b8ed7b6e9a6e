"""What may be kept as the scan of a paper: told by content, and nothing in it that could run, open or hide."""

from __future__ import annotations

import zlib

import pytest

from services.referrals.scans import MOST_BYTES, ScanRefused, media_type_of

JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"


def a_pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\n%%EOF\n"


def a_stream(head: bytes, content: bytes) -> bytes:
    return b"1 0 obj\n<<" + head + b">>\nstream\n" + content + b"\nendstream\nendobj"


SCANNED = a_pdf(
    b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj",
    a_stream(b"/Subtype/Image/Filter/DCTDecode", JPEG + b" /JS /AA stands here by chance "),
    a_stream(b"/Filter/FlateDecode", zlib.compress(b"q 595 0 0 842 0 0 cm /Im0 Do Q")),
)


@pytest.mark.parametrize(
    ("scan", "media_type"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (SCANNED, "application/pdf")], ids=str
)
def test_what_a_scanner_makes_is_kept(scan: bytes, media_type: str) -> None:
    assert media_type_of(scan) == media_type


ACTIVE = {
    "a script": a_pdf(b"1 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj"),
    "a script whose name is written otherwise": a_pdf(b"1 0 obj\n<</S/J#61vaScript>>\nendobj"),
    "what opens by itself": a_pdf(b"1 0 obj\n<</Type/Catalog/OpenAction 5 0 R>>\nendobj"),
    "a program to start": a_pdf(b"1 0 obj\n<</S/Launch/F(calc.exe)>>\nendobj"),
    "a file within the file": a_pdf(b"1 0 obj\n<</Type/Filespec/EF<</F 7 0 R>>>>\nendobj"),
    "a form": a_pdf(b"1 0 obj\n<</AcroForm<</XFA 3 0 R>>>>\nendobj"),
    "a script in a packed stream of objects": a_pdf(
        a_stream(b"/Type/ObjStm/Filter/FlateDecode", zlib.compress(b"<</S/JavaScript>>"))
    ),
    "a script packed twice": a_pdf(
        a_stream(b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(b"<</S/JavaScript>>")))
    ),
    "objects that cannot be looked into": a_pdf(
        a_stream(b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>", zlib.compress(b"x" * 40))
    ),
    "a packing that only hides": a_pdf(a_stream(b"/Filter/ASCIIHexDecode", b"2F4A")),
    "behind a stream that is none": a_pdf(b"% stream\n<</S/JavaScript>>", a_stream(b"", b"x")),
    "what unpacks to far too much": a_pdf(a_stream(b"/Filter/FlateDecode", zlib.compress(bytes(80 * 1024 * 1024)))),
    "what nobody can read without a password": a_pdf(b"trailer <</Encrypt 4 0 R>>"),
}


@pytest.mark.parametrize("scan", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_pdf_in_which_something_could_run_or_hide_is_refused(scan: bytes) -> None:
    with pytest.raises(ScanRefused) as refused:
        media_type_of(scan)
    assert refused.value.rule == "active-content"


@pytest.mark.parametrize(
    "scan",
    [b"", b"GIF89a", b"<html>%PDF-1.7</html>", b"PK\x03\x04", JPEG[:20], b"%PDF-1.7 without an end", b"MZ" + SCANNED],
    ids=str,
)
def test_anything_else_is_no_scan(scan: bytes) -> None:
    with pytest.raises(ScanRefused) as refused:
        media_type_of(scan)
    assert refused.value.rule == "not-a-scan"


def test_a_scan_is_bounded() -> None:
    with pytest.raises(ScanRefused) as refused:
        media_type_of(JPEG + bytes(MOST_BYTES))
    assert refused.value.rule == "scan-too-large"
