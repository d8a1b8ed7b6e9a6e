"""Zip archives to files, or one fault: nothing that an archive says of itself is trusted before it is read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from services.directory.model.imports import FileFault, Finding, SourceFile

MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MOST_MEMBERS = 200
MOST_BYTES = 1024**3
MOST_RATIO = 200
SMALL_BYTES = 4 * 1024**2
"""Below this a member may shrink as it likes: a table of few different words does."""
_NAME = re.compile(r"[^\\\x00-\x1f:]{1,200}")


def is_archive(file: SourceFile) -> bool:
    """Whether the file begins as a zip archive does."""
    return file.content.startswith(MAGIC)


def unpack(file: SourceFile) -> list[SourceFile]:
    """The files in the archive, without folders in their names; raises FileFault.

    Refused are archives that are encrypted, cut, nested, have two files of a name, a name that leads elsewhere, too
    many files, or that become so large that they were made to (zip bombs).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            found = list(_members(file.name, archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        reason = f"The archive cannot be read: {type(error).__name__}."
        raise _fault(file.name, reason, "It may be cut or packed in an unusual way; pack it again.") from None
    if not found:
        raise _fault(file.name, "The archive holds no file.", "Pack the files again.")
    file.drop()
    return found


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[SourceFile]:
    members = [member for member in archive.infolist() if not member.is_dir() and not _is_hidden(member.filename)]
    if len(members) > MOST_MEMBERS:
        raise _fault(
            name, f"The archive holds more than {MOST_MEMBERS} files.", "Pack only the tables of the directory."
        )
    seen: set[str] = set()
    left = MOST_BYTES
    for member in members:
        short = _short_name(name, member.filename)
        if short in seen:
            raise _fault(name, f"The archive holds two files {short[:80]}.", "Pack one folder only.")
        seen.add(short)
        content = _read(name, archive, member, left)
        if content.startswith(MAGIC):
            raise _fault(name, f"The archive holds another archive, {short[:80]}.", "Give the inner archive.")
        left -= len(content)
        yield SourceFile(short, content)


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    if member.flag_bits & 1:
        raise _fault(name, "The archive is encrypted.", "Pack it without a password.")
    allowed = min(left, max(SMALL_BYTES, member.compress_size * MOST_RATIO))
    with archive.open(member) as packed:
        content = packed.read(allowed + 1)
    if len(content) > allowed:
        reason = (
            f"The archive unpacks to more than {MOST_RATIO} times its size, or to more than {MOST_BYTES >> 20} MiB."
        )
        raise _fault(name, reason, "Give the files themselves, or in parts.")
    return content


def _short_name(archive: str, path: str) -> str:
    parts = path.split("/")
    if not _NAME.fullmatch(path) or path.startswith("/") or ".." in parts:
        raise _fault(archive, "The archive holds a file whose name leads elsewhere.", "Pack the files again.")
    return parts[-1]


def _is_hidden(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rpartition("/")[2].startswith(".")


def _fault(name: str, reason: str, suggestion: str) -> FileFault:
    return FileFault(Finding(name, 1, "", "", reason, suggestion))
