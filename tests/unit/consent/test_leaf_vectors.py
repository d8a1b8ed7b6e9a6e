"""One row of each kind with the JSON and the hash that it always has; receipts of years ago hang on them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.common.ledger.leaf import canonical, leaf_hash
from services.consent.model.audit import EvidenceExport
from services.consent.model.consent import Act, ExceptionRule
from services.consent.model.question import ItemDecision
from services.consent.model.record import (
    Acknowledgement,
    ConsentRecord,
    Disclosure,
    Evidence,
    EvidenceGiven,
    EvidenceKind,
    EvidenceRole,
    Reader,
    Refusal,
    Relation,
    Setting,
    Withdrawal,
    WithdrawalStep,
)
from services.consent.model.request import ConsentRequest
from services.consent.model.statutory import (
    Body,
    Channel,
    Ground,
    RecordedAct,
    Review,
    Verdict,
    WithheldGround,
)
from services.consent.model.text import Text
from services.consent.model.vocabulary import Category, Label, Purpose, Reason
from services.consent.rules.texts import content_hash
from services.consent.store.columns import (
    Columns,
    of_acknowledgement,
    of_act,
    of_conference,
    of_disclosure,
    of_evidence,
    of_export,
    of_refusal,
    of_review,
    of_revision,
    of_withdrawal,
)
from services.consent.store.exceptions import read_exceptions, write_exceptions
from tests.unit.consent.builders import (
    ANNA,
    BRAUNSCHWEIG,
    CASE,
    CONSENT,
    DAY,
    HANNOVER,
    NOW,
    REFERRAL,
    a_consent,
    a_question,
    an_item,
    deny,
    permit,
)

VECTORS = json.loads(Path(__file__).with_name("leaf_vectors.json").read_text())
SALT = bytes(range(16))
REQUEST, RECEIPT, ROW = UUID(int=31), UUID(int=32), UUID(int=33)
SETTING = Setting(
    "de", ("ab" * 32,), EvidenceKind.OWN_DEVICE, UUID(int=7), REFERRAL, "kdg", (), "dsg-ekd", ("sgb-viii",)
)
FULL = ExceptionRule(
    permits=True,
    categories=frozenset({Category.HEALTH, Category.HOUSING}),
    labels=frozenset({Label.VIOLENCE, Label.HIV}),
    persons=frozenset({ANNA}),
    purposes=frozenset({Purpose.ADVICE}),
    authoring_agencies=frozenset({HANNOVER}),
    written_from=NOW - 9 * DAY,
    written_until=NOW,
    valid_from=NOW,
    valid_until=NOW + DAY + timedelta(microseconds=1),
)


CONFERENCE = ConsentRequest(
    CASE, UUID(int=7), REFERRAL, 1, HANNOVER, BRAUNSCHWEIG, (), frozenset({Purpose.CASE_CONFERENCE}), "de", False, (),
    ANNA, datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC),
    participants=frozenset({HANNOVER, BRAUNSCHWEIG, UUID(int=34)}),
)  # fmt: skip


def rows() -> dict[str, Columns]:
    granted = a_consent(permit(Category.HEALTH), FULL, excluded_persons=frozenset({ANNA}))
    reduced = a_consent(deny(Category.HOUSING), act=Act.REDUCED, revision=2)
    setting, moment = SETTING, datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
    decision = ItemDecision(an_item(Category.HOUSING, Label.VIOLENCE), True, Reason.PERMITTED_BY_EXCEPTION, CONSENT, 1)
    reader = Reader(ANNA, BRAUNSCHWEIG, "counsellor")
    return {
        "granted": of_revision(ConsentRecord(granted, setting, REQUEST, RECEIPT)),
        "revised": of_revision(ConsentRecord(reduced, setting, REQUEST)),
        "refused": of_refusal(
            Refusal(
                CASE, UUID(int=7), RECEIPT, REFERRAL, HANNOVER, BRAUNSCHWEIG, "de", ("ab" * 32,),
                EvidenceKind.OWN_DEVICE, moment, REQUEST,
            )
        ),
        "conference": of_conference(CONFERENCE, REQUEST),
        "withdrawn": of_withdrawal(
            Withdrawal(
                CASE, ROW, CONSENT, HANNOVER, BRAUNSCHWEIG, REFERRAL, 2, False, frozenset({Category.HOUSING}),
                moment, moment + 7 * DAY, RECEIPT, REQUEST,
            )
        ),
        "acknowledged": of_acknowledgement(
            Acknowledgement(CASE, ROW, UUID(int=34), WithdrawalStep.ACKNOWLEDGED, ANNA, moment, REQUEST)
        ),
        "kept": of_acknowledgement(
            Acknowledgement(
                CASE, ROW, UUID(int=34), WithdrawalStep.OBJECTED, ANNA, moment, REQUEST, frozenset({Category.HOUSING}),
            )
        ),
        "evidenced": of_evidence(
            Evidence(
                CASE, ROW, UUID(int=7),
                EvidenceGiven(EvidenceRole.WITNESS, UUID(int=35), bytes(32), Relation.VOLUNTEER),
                ANNA, HANNOVER, moment, REQUEST,
            )
        ),
        "disclosed": of_disclosure(Disclosure(ROW, a_question(), decision, reader, moment, REQUEST)),
        "acted": of_act(
            RecordedAct(
                CASE, ROW, HANNOVER, None, Body.POLICE, None, Ground.PRESENT_DANGER, Channel.PHONE,
                frozenset({Category.CONTACT, Category.PERSON}), moment, moment + DAY, moment + 2 * DAY,
                WithheldGround.DANGER_TO_OTHERS, bytes(32), ANNA, REQUEST,
            )
        ),
        "reviewed": of_review(Review(CASE, ROW, UUID(int=35), Verdict.OBJECTED, ANNA, moment, REQUEST)),
        "objected": of_review(Review(CASE, ROW, UUID(int=35), Verdict.OBJECTED, ANNA, moment, REQUEST, moment)),
        "exported": of_export(EvidenceExport(CASE, ROW, HANNOVER, ANNA, moment, REQUEST)),
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(rows()))
def test_a_row_of_each_kind_has_the_hash_that_it_always_had(kind: str) -> None:
    columns, vector = rows()[kind], VECTORS[kind]
    assert canonical(kind, columns).decode() == vector["json"]
    assert leaf_hash(kind, columns, SALT).hex() == vector["leaf_hash"]


def test_exceptions_are_read_back_as_they_were_written() -> None:
    rules = (FULL, deny(), permit(Category.HOUSING))
    assert read_exceptions(write_exceptions(rules)) == rules
    assert write_exceptions(read_exceptions(write_exceptions(rules))) == write_exceptions(rules)


def test_a_word_that_is_not_known_is_never_read_as_anything() -> None:
    with pytest.raises(ValueError, match="future"):
        read_exceptions(write_exceptions((permit(Category.HOUSING),)).replace("housing", "future"))


def test_a_text_has_the_hash_that_it_always_had() -> None:
    text = Text("handing-over", "de", "standard", "Dürfen wir?", "Ein Text.", "", "Dr. E", date(2026, 11, 2), demo=True)
    assert content_hash(text).hex() == VECTORS["text"]["content_hash"]
