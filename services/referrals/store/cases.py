"""Cases and the versions of their sections. Whoever is not assigned finds nothing."""

from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.referrals.model import Case, SectionVersion

SQL = queries_beside(__file__)


def section(row: Record) -> SectionVersion:
    """A section version without its content."""
    return SectionVersion(
        row["case_id"], row["item_id"], row["version"], row["category"], tuple(row["labels"]), row["agency_id"],
        row["written_at"], row["entrusted_by_another"],
    )  # fmt: skip


async def insert(tx: Connection, case: Case, person_id: UUID, request_id: UUID) -> Case | None:
    """The new case with its first person, or None when the request was carried out before."""
    row = await tx.fetchrow(
        SQL.insert_case, case.case_id, case.agency_id, case.handle, case.in_danger, person_id, request_id
    )
    if row is None:
        return None
    await tx.execute(SQL.insert_assignment, case.case_id, person_id)
    return Case(**row)


async def by_request(tx: Connection, agency_id: UUID, request_id: UUID, person_id: UUID) -> Case | None:
    """The case that a request made."""
    row = await tx.fetchrow(SQL.case_by_request, agency_id, request_id, person_id)
    return Case(**row) if row else None


async def assign(tx: Connection, case_id: UUID, person_id: UUID) -> None:
    """This person works on the case, and nobody else."""
    await tx.execute(SQL.delete_assignments, case_id, person_id)
    await tx.execute(SQL.insert_assignment, case_id, person_id)


async def assigned(tx: Connection, case_id: UUID, agency_id: UUID, person_id: UUID) -> Case | None:
    """The case, when this person of this agency is assigned to it."""
    row = await tx.fetchrow(SQL.assigned_case, case_id, agency_id, person_id)
    return Case(**row) if row else None


async def list_assigned(
    tx: Connection, agency_id: UUID, person_id: UUID, before: tuple[datetime, UUID], limit: int
) -> list[Case]:
    """Newest first."""
    return [Case(**row) for row in await tx.fetch(SQL.assigned_cases, agency_id, person_id, *before, limit)]


async def newest_sections(tx: Connection, case_id: UUID, agency_id: UUID) -> list[SectionVersion]:
    """The newest version of each section of a case."""
    return [section(row) for row in await tx.fetch(SQL.newest_sections, case_id, agency_id)]


async def newest_section(tx: Connection, case_id: UUID, category: str) -> SectionVersion | None:
    """The newest version of one section."""
    row = await tx.fetchrow(SQL.newest_section, case_id, category)
    return section(row) if row else None


async def section_by_request(tx: Connection, case_id: UUID, request_id: UUID) -> SectionVersion | None:
    """The version that a request wrote."""
    row = await tx.fetchrow(SQL.section_by_request, case_id, request_id)
    return section(row) if row else None


async def insert_section(
    tx: Connection, new: SectionVersion, ciphertext: bytes, person_id: UUID, request_id: UUID
) -> SectionVersion | None:
    """The new version, or None when that version is taken already."""
    row = await tx.fetchrow(
        SQL.insert_section, new.case_id, new.item_id, new.version, new.category, list(new.labels), ciphertext,
        new.agency_id, person_id, request_id, new.entrusted_by_another,
    )  # fmt: skip
    return section(row) if row else None


async def own_section(
    tx: Connection, case_id: UUID, category: str, agency_id: UUID, version: int
) -> tuple[SectionVersion, bytes] | None:
    """A version that the agency wrote, with its ciphertext."""
    row = await tx.fetchrow(SQL.own_section, case_id, category, agency_id, version)
    return (section(row), row["ciphertext"]) if row else None


async def insert_own_read(tx: Connection, read: SectionVersion, person_id: UUID) -> None:
    """Write down who read what the own agency wrote."""
    await tx.execute(SQL.insert_own_read, read.case_id, read.item_id, read.version, read.agency_id, person_id)


async def crossed_section(tx: Connection, pinned: SectionVersion) -> bytes | None:
    """The ciphertext of a version that belongs to a referral of this scope."""
    row = await tx.fetchrow(SQL.crossed_section, pinned.case_id, pinned.item_id, pinned.version)
    return row["ciphertext"] if row else None
