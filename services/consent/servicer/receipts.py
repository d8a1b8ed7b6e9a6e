"""Her acts and their receipts. Agencies stand in them only for whoever showed that she may see names.

A receipt without names holds no id that leads to an agency, to her case or to a person, and therefore not the row as it
was logged either: only the hash of it. Whoever finds such a receipt learns that somebody was asked, and about what.
"""

from dataclasses import replace
from uuid import UUID

import structlog
from lotse.consent.v1 import client_pb2

from services.common.database import SERVICE_SCOPE, Connection, Database, Scope
from services.common.errors import NotFound
from services.common.identity.principals import Client
from services.common.ledger import LedgerBrokenError, LogProof, proof_of_row
from services.common.ledger.receipt import LoggedEntry, issue
from services.consent.convert import CATEGORY, WAY_BACK, number, numbers, stamp
from services.consent.keys import Keys
from services.consent.model.consent import Consent
from services.consent.receipts.content import (
    ActKind,
    Circumstances,
    Parties,
    ReceiptContent,
    Standing,
    ended_by,
    refused_of,
    standing_of,
)
from services.consent.receipts.document import receipt_document
from services.consent.servicer.tokens import current_session
from services.consent.store import consents, evidence, receipts, requests
from services.consent.store.receipts import ActRow, LoggedRow

_KIND = client_pb2.ActKind
_log = structlog.get_logger(__name__)


class Receipts:
    """Lists acts and issues their receipts; the same act always has the same number and the same hash."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def acts(self, who: Client) -> client_pb2.ListOwnActsResponse:
        """Everything that she decided, newest first."""
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            found = await receipts.list_of_case(tx, who.case)
        names = "see-names" in who.scopes
        return client_pb2.ListOwnActsResponse(acts=[_own_act(act, names=names) for act in found])

    async def receipt(self, who: Client, receipt_id: UUID) -> client_pb2.GetOwnReceiptResponse:
        """One receipt; NotFound for one of somebody else, and for one that this token has nothing to do with."""
        names = "see-names" in who.scopes
        async with self._database.transaction(Scope.of(who), read_only=True) as tx:
            await current_session(tx, who)
            row = await receipts.find(tx, who.case, receipt_id)
            if row is None or who.consent_request not in {None, row.consent_request_id}:
                raise NotFound
            content = await _content(tx, row, who.case, names=names)
            issued_at = await requests.legal_time(tx)
        log_proof = await self._log_proof(row)
        signer = self._keys.log
        document = issue(
            receipt_document(content, issued_at, signer.name),
            row.leaf_hash,
            signer,
            issued_at,
            entry=LoggedEntry(row.kind, row.columns, row.salt) if names else None,
            log_proof=log_proof,
        )
        return _own_receipt(content, document.decode(), is_in_log=log_proof is not None)

    async def _log_proof(self, row: LoggedRow) -> LogProof | None:
        """Its place in the log; she gets her receipt also when the log turns out to be broken, which is said aloud."""
        try:
            async with self._database.transaction(SERVICE_SCOPE, "worker", read_only=True) as tx:
                return await proof_of_row(tx, row.kind, row.row_id, row.revision)
        except LedgerBrokenError as error:
            _log.error("ledger.broken", finding=str(error))
            return None


async def _content(tx: Connection, row: LoggedRow, case_id: UUID, *, names: bool) -> ReceiptContent:
    parties = Parties(row.discloser_id, row.recipient_id) if names else None
    if row.act_revision is None:
        return await _refusal(tx, row, case_id, parties)
    records = {
        record.consent.revision: record
        for record in await consents.list_of_case(tx, case_id)
        if record.pair == (row.discloser_id, row.recipient_id)
    }
    record = records[row.act_revision]
    consent, setting = record.consent, record.setting
    standing = standing_of(consent)
    content = ReceiptContent(
        kind=_kind_of(row, consent),
        receipt_id=row.receipt_id,
        record_id=consent.consent_id,
        at=row.at,
        standing=standing,
        circumstances=Circumstances(
            setting.language,
            setting.text_hashes,
            setting.evidence_kind.value,
            setting.discloser_regime,
            setting.recipient_regime,
        ),
        parties=parties,
        made_by_staff=row.made_by_staff,
        made_by_service=row.made_by_service,
        due_at=row.due_at,
    )
    if content.kind is ActKind.REDUCED:
        # Whom she excludes she names herself; staff only find out who that is.
        ends_earlier = consent.valid_until < records[row.act_revision - 1].consent.valid_until
        told = ends_earlier and await evidence.was_at_desk(tx, case_id, record.request_id)
        return replace(content, made_by_staff=told)
    if content.kind is ActKind.WITHDRAWN:
        return replace(content, ended=ended_by(records[row.act_revision - 1].consent, consent))
    if content.kind in {ActKind.GRANTED, ActKind.CONFIRMED} and setting.consent_request_id is not None:
        asked = await requests.get(tx, case_id, setting.consent_request_id)
        return replace(content, refused=refused_of([entry.category for entry in asked.categories], standing))
    return content


async def _refusal(tx: Connection, row: LoggedRow, case_id: UUID, parties: Parties | None) -> ReceiptContent:
    asked = await requests.get(tx, case_id, row.row_id)
    return ReceiptContent(
        kind=ActKind.REFUSED,
        receipt_id=row.receipt_id,
        record_id=asked.consent_request_id,
        at=row.at,
        standing=Standing(),
        circumstances=Circumstances(asked.language, row.text_hashes, row.evidence_kind),
        parties=parties,
        refused=frozenset(entry.category for entry in asked.categories),
    )


def _kind_of(row: LoggedRow, consent: Consent) -> ActKind:
    """Rows of withdrawals and of what took them back are acts of their own; a revision says by its act what it is."""
    return ActKind(row.kind if row.kind in {"withdrawn", "reinstated"} else consent.act.value)


def _own_act(act: ActRow, *, names: bool) -> client_pb2.OwnAct:
    return client_pb2.OwnAct(
        receipt_id=str(act.receipt_id),
        kind=number(_KIND, act.kind),
        at=stamp(act.at),
        consent_id=str(act.consent_id) if act.consent_id else "",
        recipient_id=str(act.recipient_id) if names else "",
        another_agency_took_it=act.by_service,
    )


def _own_receipt(content: ReceiptContent, document: str, *, is_in_log: bool) -> client_pb2.GetOwnReceiptResponse:
    standing, parties = content.standing, content.parties
    return client_pb2.GetOwnReceiptResponse(
        act=client_pb2.OwnAct(
            receipt_id=str(content.receipt_id),
            kind=number(_KIND, content.kind),
            at=stamp(content.at),
            consent_id="" if content.kind is ActKind.REFUSED else str(content.record_id),
            recipient_id=str(parties.recipient_id) if parties else "",
            another_agency_took_it=content.made_by_service,
        ),
        discloser_id=str(parties.discloser_id) if parties else "",
        permitted=numbers(CATEGORY, standing.permitted),
        refused=numbers(CATEGORY, content.refused),
        ended=numbers(CATEGORY, content.ended),
        way_back=number(WAY_BACK, standing.way_back),
        secrecy_release_forward=standing.secrecy_release_forward,
        secrecy_release_back=standing.secrecy_release_back,
        valid_until=stamp(standing.valid_until),
        language=content.circumstances.language,
        text_hashes=content.circumstances.text_hashes,
        document=document,
        is_in_log=is_in_log,
    )
