"""The signed receipt that is attached to the PDF of a receipt."""

import io
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from services.common.ledger.receipt import UnreadableReceiptError

_HEAD: Final = b"%PDF-"
_ATTACHMENT: Final = "document.jsonld"
_BROKEN: Final = (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What pypdf raises for files that are not as PDFs are; it reads nothing outside the file."""


def is_pdf(content: bytes) -> bool:
    """Whether the file says of itself that it is a PDF."""
    return content.startswith(_HEAD)


def attached_receipt(content: bytes) -> bytes:
    """The receipt as it was issued. Raises UnreadableReceiptError unless exactly one is attached."""
    try:
        found = PdfReader(io.BytesIO(content)).attachments.get(_ATTACHMENT, [])
    except _BROKEN:
        raise UnreadableReceiptError("It begins like a PDF, but cannot be read as one.") from None
    if len(found) != 1:
        raise UnreadableReceiptError(f"{len(found)} files named {_ATTACHMENT} are attached to this PDF, not one.")
    return bytes(found[0])
