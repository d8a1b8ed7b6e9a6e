"""Revisions of consents and refusals, each written once with its leaf."""

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.database import Connection, Record, queries_beside
from services.common.ledger import SALT_LENGTH, leaf_hash
from services.consent.model.consent import Act, Assent, Consent, Grantor, Representation
from services.consent.model.record import ConsentRecord, EvidenceKind, Proof, Refusal, Relation, Setting
from services.consent.model.request import Reduction
from services.consent.model.vocabulary import Category, Purpose, WayBack
from services.consent.store.columns import of_refusal, of_revision
from services.consent.store.exceptions import read_exceptions

SQL = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was recorded; without consent a refusal."""

    consent_request_id: UUID
    consent_id: UUID | None
    proof: Proof


@dataclass(frozen=True, slots=True)
class Reduced:
    """A reduction that was recorded, with what has held since."""

    consent_id: UUID
    pair: tuple[UUID, UUID]
    valid_until: datetime
    excluded_persons: frozenset[UUID]
    proof: Proof

    def is_of(self, asked: Reduction) -> bool:
        """Whether it may have been asked for in these words."""
        return asked.valid_until in {None, self.valid_until} and asked.excluded_persons <= self.excluded_persons


async def insert_revision(tx: Connection, record: ConsentRecord) -> bytes:
    """Writes a revision down and logs it; gives the hash of its leaf."""
    columns, salt = of_revision(record), os.urandom(SALT_LENGTH)
    kind = "granted" if record.consent.act is Act.GRANTED else "revised"
    leaf = leaf_hash(kind, columns, salt)
    await tx.execute(SQL.insert_revision, *columns.values(), salt, leaf)
    await tx.execute(SQL.log, kind, record.consent.case_id, record.consent.consent_id, record.consent.revision, leaf)
    return leaf


async def insert_refusal(tx: Connection, refusal: Refusal) -> bytes:
    """Writes a refusal down and logs it; gives the hash of its leaf."""
    columns, salt = of_refusal(refusal), os.urandom(SALT_LENGTH)
    leaf = leaf_hash("refused", columns, salt)
    await tx.execute(SQL.insert_refusal, *columns.values(), salt, leaf)
    await tx.execute(SQL.log, "refused", refusal.case_id, refusal.consent_request_id, 0, leaf)
    return leaf


async def newest_of_pair(tx: Connection, case_id: UUID, discloser_id: UUID, recipient_id: UUID) -> ConsentRecord | None:
    """The revision that is in force between two agencies, whatever it says; None when there never was one."""
    row = await tx.fetchrow(SQL.newest_of_pair, case_id, discloser_id, recipient_id)
    return _record(row) if row else None


async def list_of_case(tx: Connection, case_id: UUID) -> list[ConsentRecord]:
    """All revisions of a case that this scope sees, by pair of agencies and in order."""
    return [_record(row) for row in await tx.fetch(SQL.list_of_case, case_id)]


async def find_decision(tx: Connection, case_id: UUID, request_id: UUID) -> Decided | None:
    """The decision that this repeat key made."""
    row = await tx.fetchrow(SQL.find_decision, case_id, request_id)
    if row is None:
        return None
    proof = Proof(row["receipt_id"], row["leaf_hash"], row["at"])
    return Decided(row["consent_request_id"], row["consent_id"], proof)


async def find_receipt(tx: Connection, receipt_id: UUID) -> tuple[UUID, UUID, UUID] | None:
    """Case, discloser and recipient of a receipt that this scope sees."""
    row = await tx.fetchrow(SQL.find_receipt, receipt_id)
    return (row["case_id"], row["discloser_id"], row["recipient_id"]) if row else None


async def find_reduction(tx: Connection, case_id: UUID, request_id: UUID) -> Reduced | None:
    """The reduction that this repeat key made."""
    row = await tx.fetchrow(SQL.find_reduction, case_id, request_id)
    if row is None:
        return None
    proof = Proof(row["receipt_id"], row["leaf_hash"], row["at"])
    return Reduced(
        consent_id=row["consent_id"],
        pair=(row["discloser_id"], row["recipient_id"]),
        valid_until=row["valid_until"],
        excluded_persons=frozenset(row["excluded_persons"]),
        proof=proof,
    )


def read_consent(row: Record) -> Consent:
    """The consent of a row; raises for words this program does not know."""
    return Consent(
        case_id=row["case_id"],
        consent_id=row["consent_id"],
        revision=row["revision"],
        act=Act(row["act"]),
        at=row["at"],
        discloser_id=row["discloser_id"],
        recipient_id=row["recipient_id"],
        base_permits=row["base_permits"],
        exceptions=read_exceptions(row["exceptions"]),
        purposes=frozenset(map(Purpose, row["purposes"])),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        way_back=WayBack(row["way_back"]),
        secrecy_release_forward=row["secrecy_release_forward"],
        secrecy_release_back=row["secrecy_release_back"],
        excluded_persons=frozenset(row["excluded_persons"]),
        grantor=_grantor(row),
        unconfirmed_since=row["unconfirmed_since"],
        recipient_in_network=row["recipient_in_network"],
    )


def _grantor(row: Record) -> Grantor:
    representation = None
    if row["grantor_ground"] is not None:
        representation = Representation(
            ground=row["grantor_ground"],
            categories=frozenset(map(Category, row["grantor_categories"])),
            way_back=row["grantor_way_back"],
            until=row["grantor_until"],
        )
    return Grantor(
        representation=representation,
        both_parents_needed=row["both_parents_needed"],
        parents_agreed=row["parents_agreed"],
        assent=Assent(row["assent"]),
    )


def _record(row: Record) -> ConsentRecord:
    setting = Setting(
        language=row["language"],
        text_hashes=tuple(row["text_hashes"]),
        evidence_kind=EvidenceKind(row["evidence_kind"]),
        consent_request_id=row["consent_request_id"],
        referral_id=row["referral_id"],
        discloser_regime=row["discloser_regime"],
        discloser_overlays=tuple(row["discloser_overlays"]),
        recipient_regime=row["recipient_regime"],
        recipient_overlays=tuple(row["recipient_overlays"]),
        evidence_hash=row["evidence_hash"],
        evidence_relation=Relation(row["evidence_relation"]) if row["evidence_relation"] else None,
        assisted_by=row["assisted_by"],
    )
    return ConsentRecord(read_consent(row), setting, row["request_id"], row["receipt_id"])
