"""Files that come again byte for byte, as most of a nightly feed does, need not be read a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from services.directory.model.imports import Counts, Finding, ImportFormat, ImportOrder, ImportRun, Report


def content_digest(order: ImportOrder) -> bytes:
    """What the order says and holds, as 32 bytes: equal only when names, bytes, format, mapping and country are."""
    digest = hashlib.blake2b(digest_size=32)
    texts = (order.format, order.country, order.mapping, *(file.name for file in order.files))
    for part in (*map(str.encode, texts), *(file.content for file in order.files)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def report_again(run: ImportRun, findings: Sequence[Finding]) -> Report | None:
    """What reading the same files again would tell, where the rows are as that run left them; None when that is open.

    It is open where not all findings were kept, and where some were about rows of agencies: those are told once.
    """
    counts = {table: Counts(**each) for table, each in run.counts.items()}
    tells_of_kept = bool(findings) and any(each.kept for each in counts.values())
    if not run.loaded or run.dry_run or len(findings) < run.findings or tells_of_kept:
        return None
    return Report(
        counts={
            table: Counts(
                read=each.read,
                unchanged=each.created + each.changed + each.unchanged,
                kept=each.kept,
                quarantined=each.quarantined,
            )
            for table, each in counts.items()
        },
        findings=list(findings),
        format=ImportFormat(run.format),
    )
