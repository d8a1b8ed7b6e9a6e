"""The document of a receipt: a consent receipt after ISO/IEC TS 27560:2023 as DPV writes it (guide "consent-27560").

Mandatory are schema, number, record and time. What the standard asks of a record and is not known here is left out
rather than invented: an agency's name and address stand in the directory, storage at the agencies is theirs to say.
The person is nobody but the holder of the receipt: no id of hers or of her case is made known by it.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from services.consent.model.vocabulary import BACK_CATEGORIES, COMES_BACK, SPECIAL_CATEGORIES, Category, Purpose
from services.consent.receipts.content import ActKind, Parties, ReceiptContent, Standing
from services.consent.receipts.dpv import CONTEXT, LAWS, PERSONAL_DATA, PURPOSES, RECEIPT_SCHEMA, RECORD_SCHEMA

Json = dict[str, Any]


def receipt_document(content: ReceiptContent, issued_at: datetime, publisher: str) -> Json:
    """JSON-LD without proof. `publisher` is the name of the log."""
    receipt_id = str(content.receipt_id)
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{receipt_id}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": receipt_id,
        "dct:conformsTo": RECEIPT_SCHEMA,
        "dct:created": _time(issued_at),
        "dct:publisher": publisher,
        "dpv:hasRecordOfActivity": _record(content),
    }


def _record(content: ReceiptContent) -> Json:
    how, record_id = content.circumstances, str(content.record_id)
    laws = sorted({LAWS[regime] for regime in (how.discloser_regime, how.recipient_regime) if regime is not None})
    record: Json = {
        "@id": f"urn:uuid:{record_id}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": record_id,
        "dct:conformsTo": RECORD_SCHEMA,
        "dct:language": how.language,
        "dpv:hasDataSubject": {"@id": f"urn:uuid:{content.receipt_id}#holder", "@type": "dpv:DataSubject"},
        "dpv:hasJurisdiction": "loc:DE",
        "dpv:hasProcess": _processes(content),
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dct:description": "At once and without a reason: on her own page with her pass, or at either agency.",
        },
        "dpv:hasNotice": [
            {"@type": "dpv:ConsentNotice", "dct:identifier": f"sha256:{text}", "dct:language": how.language}
            for text in how.text_hashes
        ],
        "dpv:hasConsentStatus": _status(content),
        "lotse:act": content.kind.value,
        "lotse:secrecyRelease": {
            "lotse:forward": content.standing.secrecy_release_forward,
            "lotse:back": content.standing.secrecy_release_back,
        },
    }
    if laws:
        record["dpv:hasApplicableLaw"] = laws
    if content.parties is not None:
        record["dpv:hasDataController"] = [_agency(content.parties.discloser_id), _agency(content.parties.recipient_id)]
    if content.due_at is not None:
        record["lotse:copiesGoneBy"] = _time(content.due_at)
    return record


def _status(content: ReceiptContent) -> Json:
    """The state of the whole consent after the act; what only a part of it became stands with its process."""
    if content.kind is ActKind.REFUSED:
        kinds = ["dpv:ConsentRefused"]
    elif content.kind is ActKind.WITHDRAWN and content.standing == Standing():
        kinds = ["dpv:ConsentWithdrawn"]
    else:
        kinds = ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"]
    status: Json = {
        "@type": kinds,
        "dpv:isIndicatedAtTime": _time(content.at),
        "dpv:isIndicatedBy": "dpv:DataController" if content.made_by_service else "dpv:DataSubject",
        "dpv:hasIndicationMethod": _method(content),
    }
    if content.standing.valid_until is not None and content.standing.valid_from is not None:
        status["dct:coverage"] = f"{_time(content.standing.valid_from)}/{_time(content.standing.valid_until)}"
    return status


def _method(content: ReceiptContent) -> str:
    if content.made_by_service:
        return "another agency took the case"
    return "told to staff" if content.made_by_staff else content.circumstances.evidence_kind


def _processes(content: ReceiptContent) -> list[Json]:
    """One for each direction and state, so that it can be read by itself what holds, what was refused, what ended."""
    standing, parties = content.standing, content.parties
    given = _process("dpv:ConsentGiven", content)
    refused, ended = _process("dpv:ConsentRefused", content), _process("dpv:ConsentWithdrawn", content)
    back = COMES_BACK[standing.way_back]
    there = _sides(parties)
    home = _sides(Parties(parties.recipient_id, parties.discloser_id) if parties else None)
    gone_back = content.ended & BACK_CATEGORIES
    found = [
        (given, there, "forward", standing.permitted),
        (given, home, "back", back),
        (refused, there, "forward", content.refused),
        (ended, there, "forward", content.ended - gone_back),
        (ended, home, "back", gone_back),
    ]
    return [
        {**process, **sides, "lotse:direction": direction, "dpv:hasPersonalData": _data(categories)}
        for process, sides, direction, categories in found
        if categories
    ]


def _process(state: str, content: ReceiptContent) -> Json:
    process: Json = {
        "@type": "dpv:Process",
        "dpv:hasProcessing": "dpv:Disclose",
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasConsentStatus": {"@type": state, "dpv:isIndicatedAtTime": _time(content.at)},
    }
    if content.standing.purposes:
        process["dpv:hasPurpose"] = [_purpose(purpose) for purpose in sorted(content.standing.purposes)]
    return process


def _sides(parties: Parties | None) -> Json:
    """Who gives and who gets; nothing in a receipt without names."""
    if parties is None:
        return {}
    return {
        "dpv:hasDataExporter": _agency(parties.discloser_id),
        "dpv:hasRecipient": _agency(parties.recipient_id),
    }


def _agency(agency_id: object) -> Json:
    return {"@id": f"urn:uuid:{agency_id}"}


def _purpose(purpose: Purpose) -> Json:
    return {"@id": f"lotse:purpose-{purpose.value}", "@type": "dpv:Purpose", "skos:broader": PURPOSES[purpose]}


def _data(categories: Collection[Category]) -> list[Json]:
    return [
        {
            "@id": f"lotse:category-{category.value}",
            "@type": ["dpv:PersonalData", "dpv:SpecialCategoryPersonalData"]
            if category in SPECIAL_CATEGORIES
            else ["dpv:PersonalData"],
            "skos:broader": PERSONAL_DATA[category],
        }
        for category in sorted(categories)
    ]


def _time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
