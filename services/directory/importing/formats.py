"""Which format files have, and the reader of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.directory.importing.archives import is_archive, unpack
from services.directory.importing.csvfiles import read_csv
from services.directory.importing.hsds import read_hsds, read_ndjson
from services.directory.importing.hsds1 import ONLY_IN_1, read_hsds1
from services.directory.importing.mapping import read_mapping
from services.directory.importing.notes import Note
from services.directory.importing.tabular import DESCRIPTOR, read_tables, table_of
from services.directory.model.imports import FileFault, Finding, ImportFormat, ImportOrder, RawRow, SourceFile
from services.directory.model.reference import Reference

ReadItem = RawRow | Finding | Note
_SAY_IT = "Say --format, or give CSV files a mapping; `lotse directory import --help` shows each."


def open_order(order: ImportOrder, reference: Reference) -> tuple[ImportFormat, Iterator[ReadItem]]:
    """The format of the order, told by its files where it says none, and all that they hold.

    Raises FileFault, also while the rows are read.
    """
    packed = [file for file in order.files if is_archive(file)]
    if packed and len(order.files) > 1:
        reason = "An archive stands beside other files."
        raise FileFault(Finding(packed[0].name, 1, "", "", reason, "Pack all of them, or give none packed."))
    files: Sequence[SourceFile] = unpack(packed[0]) if packed else order.files
    found = _recognise(files, order) if order.format is ImportFormat.AUTO else order.format
    return found, _readers(order, reference, may_be_cut=not packed)[found](files)


def _readers(
    order: ImportOrder, reference: Reference, *, may_be_cut: bool
) -> dict[ImportFormat, Callable[[Sequence[SourceFile]], Iterator[ReadItem]]]:
    return {
        ImportFormat.HSDS_JSON: lambda files: (item for file in files for item in read_hsds(file)),
        ImportFormat.NDJSON: lambda files: (item for file in files for item in read_ndjson(file)),
        ImportFormat.DATAPACKAGE: lambda files: read_tables(files, may_be_cut=may_be_cut),
        ImportFormat.HSDS_1: lambda files: read_hsds1(files, reference, may_be_cut=may_be_cut),
        ImportFormat.CSV: lambda files: read_csv(files, read_mapping(order.mapping), may_be_cut=may_be_cut),
    }


def _recognise(files: Sequence[SourceFile], order: ImportOrder) -> ImportFormat:
    if order.mapping:
        return ImportFormat.CSV
    names = [file.name.lower() for file in files]
    if DESCRIPTOR in names or any(name.endswith((".csv", ".txt", ".tsv")) for name in names):
        stems = {name.rpartition(".")[0] for name in names}
        if ONLY_IN_1 & stems:
            return ImportFormat.HSDS_1
        if DESCRIPTOR in names or any(table_of(name) for name in names):
            return ImportFormat.DATAPACKAGE
        raise FileFault(Finding(files[0].name, 1, "", "", "No table of HSDS has this name.", _SAY_IT))
    kinds = {_kind_of_text(file) for file in files}
    if len(kinds) == 1:
        return kinds.pop()
    raise FileFault(Finding(files[0].name, 1, "", "", "The files are of different formats.", _SAY_IT))


def _kind_of_text(file: SourceFile) -> ImportFormat:
    begin = file.content[:4].removeprefix(b"\xef\xbb\xbf")
    if not file.content.strip() or begin[:1] not in b"{[ \t\r\n" or b"\x00" in begin:
        return ImportFormat.HSDS_JSON  # whose reader says what is wrong with it
    if file.name.lower().endswith((".ndjson", ".jsonl")):
        return ImportFormat.NDJSON
    first, _, rest = file.content.strip().partition(b"\n")
    looks_whole = first.strip().startswith(b"{") and first.strip().endswith(b"}")
    return ImportFormat.NDJSON if looks_whole and rest.lstrip().startswith(b"{") else ImportFormat.HSDS_JSON
