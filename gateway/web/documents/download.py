"""PDFs as downloads."""

from fastapi import Response


def as_pdf(content: bytes) -> Response:
    """A download that no cache keeps; the name of the file says nothing."""
    headers = {"Content-Disposition": 'attachment; filename="document.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)
