"""What pages say: complete in each language of their readers, with a name for every word of the vocabulary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from lotse.consent.v1 import client_pb2, decision_pb2, request_pb2
from lotse.options.v1 import access_pb2
from lotse.referrals.v1 import contact_task_pb2, referral_pb2, withdrawal_request_pb2
from lotse.vocabulary.v1 import vocabulary_pb2

from gateway import web
from gateway.languages import CLIENT_LANGUAGES, FALLBACK, LANGUAGES, texts_of
from gateway.web import decision_words, explanations, legal_words, vocabulary, ways
from gateway.web.rendering import Reader, page
from gateway.web.sections import SECTIONS
from gateway.web.texts import CLIENT_WORDS, superfluous, untranslated
from gateway.web.translations import catalogue_file, translated_languages
from services.common.protobuf.enums import enum_text
from services.consent.store.ledger import READERS_OF_CASE
from services.referrals.rules import FIELDS

WORDS = [
    (vocabulary.CATEGORIES, vocabulary_pb2.DataCategory),
    (vocabulary.LABELS, vocabulary_pb2.SensitivityLabel),
    (vocabulary.URGENCIES, vocabulary_pb2.Urgency),
    (vocabulary.CAPACITIES, vocabulary_pb2.CapacityState),
    (vocabulary.WAYS_BACK, vocabulary_pb2.WayBack),
    (vocabulary.STATES, referral_pb2.ReferralState),
    (vocabulary.REASONS, referral_pb2.TransitionReason),
    (vocabulary.RESULTS, referral_pb2.OutcomeResult),
    (vocabulary.CONSENT_STATES, referral_pb2.DraftConsentState),
    (vocabulary.DECISION_REASONS, decision_pb2.DecisionReason),
    (explanations.REMEDIES, decision_pb2.DecisionRemedy),
    (explanations.CLIENT_REASONS, decision_pb2.DecisionReason),
    (vocabulary.DISCLOSURE_KINDS, client_pb2.DisclosureKind),
    (decision_words.CONSENT_LIFE, client_pb2.ConsentState),
    (decision_words.ACT_KINDS, client_pb2.ActKind),
    (decision_words.REQUEST_STATES, request_pb2.ConsentRequestState),
    (vocabulary.ROLES, access_pb2.Role),
    (vocabulary.OBJECTION_GROUNDS, referral_pb2.ObjectionGround),
    (vocabulary.WITHDRAWAL_ANSWERS, withdrawal_request_pb2.WithdrawalAnswer),
    (vocabulary.CONTACT_RESULTS, contact_task_pb2.ContactResult),
    (ways.EVIDENCE_ROLES, request_pb2.EvidenceRole),
    (ways.EVIDENCE_RELATIONS, request_pb2.EvidenceRelation),
    (ways.GRANTOR_GROUNDS, request_pb2.GrantorGround),
    (ways.GRANTOR_ASSENTS, request_pb2.GrantorAssent),
]


def test_every_kind_of_entry_of_a_case_has_a_name_for_the_officer() -> None:
    assert legal_words.ENTRY_KINDS.keys() == {reader.kind for reader in READERS_OF_CASE} | {"erased"}


@pytest.mark.parametrize("language", translated_languages())
def test_every_text_of_the_pages_is_translated(language: str) -> None:
    assert untranslated(catalogue_file(language)) == []


def test_what_clients_read_is_translated_with_every_word_of_the_vocabulary_that_stands_there() -> None:
    """Macros of other folders take the kind from their caller, so each kind stands where a client's page is written."""
    source = "".join(file.read_text() for file in (Path(web.__file__).parent / "templates").glob("client/*.html"))
    kinds = set(re.findall(r"(?:word|listed|named)\(\"([a-z_]+)\"\)", source))
    assert kinds <= set(CLIENT_WORDS)


@pytest.mark.parametrize("language", [name for name in CLIENT_LANGUAGES if name not in LANGUAGES])
def test_errors_that_meet_clients_are_said_in_their_language(language: str) -> None:
    german, own = texts_of(FALLBACK, "errors.toml"), texts_of(language, "errors.toml")
    hers = {
        "SECRET_NOT_ACCEPTED",
        "NAMES_LOCKED",
        "SESSION_ENDED",
        "TEXT_CHANGED",
        "UNAVAILABLE",
        "NOT_FOUND",
        "INTERNAL",
    }
    assert {reason for reason in hers if own[reason] == german[reason]} == set()
    assert own.keys() == german.keys()
    words, said = texts_of(FALLBACK, "fields.toml"), texts_of(language, "fields.toml")
    typed = {"no-such-character", "neither-code-nor-pass", "wrong-form", "code-not-accepted", "not-a-date"}
    assert {word for word in typed if said[word] == words[word]} == set()
    assert {word for word in said if ("{bound}" in said[word]) != ("{bound}" in words[word])} == set()


@pytest.mark.parametrize("language", translated_languages())
def test_no_catalogue_holds_what_no_page_says(language: str) -> None:
    assert superfluous(catalogue_file(language)) == [], "run `make texts`"


@pytest.mark.parametrize(
    ("table", "enum"), WORDS, ids=lambda value: getattr(value, "DESCRIPTOR", None) and value.DESCRIPTOR.name
)
def test_every_word_of_the_vocabulary_has_a_name(table: dict[str, str], enum: EnumTypeWrapper) -> None:
    words = {enum_text(enum, value) for name, value in enum.items() if value}
    assert words - set(table) - {"operator"} == set()


def test_sections_have_the_fields_that_referrals_takes() -> None:
    assert {category: frozenset(fields) for category, fields in SECTIONS.items()} == dict(FIELDS)


@pytest.mark.parametrize(
    ("language", "heading"),
    [("de", "Sie können später entscheiden"), ("en", "You can decide later"), ("uk", "вирішити пізніше")],
)
def test_a_page_speaks_the_readers_language(language: str, heading: str) -> None:
    answer = page(Reader(language), "client/later.html", others=1)
    text = bytes(answer.body).decode()
    assert f'lang="{language}"' in text
    assert heading in text
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("language", "said"), [("fa", 'lang="fa" dir="rtl"'), ("de-leichte-sprache", 'lang="de" dir="ltr"')]
)
def test_a_page_says_in_which_language_and_direction_it_is_written(language: str, said: str) -> None:
    assert said in bytes(page(Reader(language), "client/later.html", others=1).body).decode()
