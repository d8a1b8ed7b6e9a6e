"""PDFs: tagged, in eight sets of words, with what the page says, and with every mark as it was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.cli.receipt_pdf import attached_receipt
from deploy.local.texts import DELIVERED, read_texts
from gateway.api.v1.client.receipts import Act, OwnReceipt
from gateway.languages import name_of
from gateway.web.documents.receipt import facts, receipt_pdf
from gateway.web.documents.sheet import Question, SheetText, sheet
from gateway.web.documents.wording import WORDINGS, Wording, nearest_wording
from services.common.ledger.data_integrity import signed
from tests.support.pdf import Opened, opened

AT = datetime(2026, 11, 26, 8, 30, 12, 345678, tzinfo=UTC)
NUMBER = "0b0f3c1e-6f4e-4c43-9d0e-2f6f1f8f2a11"
MARKS = 'Stelle #let *fett* $x$ @wer `roh` _kursiv_ <l> \\ "so" -- // [x] = 1'
ALL = pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: name_of(wording.language, wording.variety))


def a_question(wording: Wording, **changes: object) -> Question:
    subjects = ("handing-over", "your-rights", "way-back", "secrecy-release")
    texts = {
        text.subject: SheetText(text.subject, text.title, text.body, sha256(text.body.encode()).hexdigest())
        for text in read_texts(DELIVERED)
        if (text.language, text.variety) == (wording.language, wording.variety)
    }
    values: dict[str, object] = {
        "wording": wording,
        "texts": tuple(texts[subject] for subject in subjects),
        "categories": (("contact", ()), ("cover-sheet", ()), ("health", ("hiv",))),
        "discloser": "Caritas Hannover",
        "recipient": "Diakonie Braunschweig",
        "reference": "0b0f3c1e",
        "demo": False,
        "reviewed": True,
    }
    return Question(**{**values, **changes})  # type: ignore[arg-type]


@cache
def the_sheet(wording: Wording) -> Opened:
    """The sheet in these words, opened once for all tests that look at it."""
    return opened(sheet(a_question(wording), AT))


def a_receipt(**changes: object) -> OwnReceipt:
    act = Act(receipt_id=NUMBER, kind="granted", at=AT, consent_id="", recipient="Diakonie Braunschweig")
    values: dict[str, object] = {
        "act": act,
        "discloser": "Caritas Hannover",
        "permitted": ["cover-sheet", "contact"],
        "refused": ["health"],
        "ended": [],
        "way_back": "outcome",
        "secrecy_release_forward": True,
        "secrecy_release_back": False,
        "valid_until": datetime(2027, 5, 26, 8, 30, tzinfo=UTC),
        "language": "de",
        "text_hashes": ["ab" * 32],
        "is_in_log": True,
    }
    return OwnReceipt(**{**values, **changes})


def a_document() -> str:
    document = {
        "@context": ["https://w3id.org/security/data-integrity/v2"],
        "dct:identifier": NUMBER,
        "dct:created": "2026-11-26T08:30:00Z",
        "lotse:leafHash": "cd" * 32,
    }
    return json.dumps(signed(document, Ed25519PrivateKey.generate(), AT))


def _foot(wording: Wording, number: str) -> str:
    pages = "6" if wording.is_easy else "3"
    return wording.say("Page {number} of {count}").format(number=number, count=pages)


def without_blanks(text: str) -> str:
    return "".join(text.split())


@ALL
def test_a_sheet_is_tagged_for_screen_readers_in_its_own_language(wording: Wording) -> None:
    asked = a_question(wording)
    found = the_sheet(wording)
    assert (found.language, found.title) == (wording.language, asked.texts[0].title)
    assert found.is_tagged
    assert found.claims == {"pdfuaid", "pdfaid"}
    assert found.structure.count("/H1") == 1
    assert found.structure.count("/Table") == 2
    assert {"/H2", "/P", "/TH", "/TD", "/L", "/LI"} <= set(found.structure)


@ALL
def test_a_sheet_has_the_very_texts_with_their_hashes_in_the_order_of_the_screen(wording: Wording) -> None:
    asked = a_question(wording)
    text = without_blanks(the_sheet(wording).text)
    for number in "123456":
        text = text.replace(without_blanks(f"{asked.reference}{_foot(wording, number)}"), "")
    places = [text.index(each.content_hash) for each in asked.texts]
    assert places == sorted(places)
    if wording.direction == "ltr":
        for each in asked.texts:
            assert without_blanks(each.body) in text
            assert without_blanks(each.title) in text


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_words_from_right_to_left_can_be_read_out_one_by_one(language: str) -> None:
    asked = a_question(Wording(language))
    text = the_sheet(Wording(language)).text
    words = [word for each in asked.texts for word in each.title.strip("؟").split()]
    found = [word for word in words if word in text]
    assert len(found) > 0.8 * len(words), "pypdf takes some joined letters apart, and no more than that"


@ALL
def test_nothing_is_ticked_and_yes_no_and_later_have_a_box_each(wording: Wording) -> None:
    text = the_sheet(wording).text
    rows, ways_back, stands = 3 + 2, 4, 2 * 3
    assert text.count("☐") == 3 * rows + ways_back + stands
    assert not set("☑☒✓✔✗") & set(text)


def test_the_release_from_secrecy_is_a_statement_of_its_own() -> None:
    text = the_sheet(Wording("de")).text
    own = text[text.index("Schweigepflicht Die Menschen") : text.index("Unterschriften Was Sie")]
    assert "§ 203 Strafgesetzbuch" in own
    assert own.count("☐ Ja") == own.count("☐ Nein") == own.count("☐ Später entscheiden") == 2
    assert "Kontakt" not in own


def test_a_sheet_says_what_its_texts_lack() -> None:
    text = opened(sheet(a_question(Wording("de"), demo=True, reviewed=False), AT)).text
    assert "Vorführung: nicht für echte Menschen" in text
    assert "Noch nicht geprüft" in text


def test_a_sheet_without_the_release_is_not_made() -> None:
    asked = a_question(Wording("de"))
    with pytest.raises(ValueError, match="release"):
        sheet(a_question(Wording("de"), texts=asked.texts[:3]), AT)


def test_marks_of_the_typesetting_stand_on_the_sheet_as_they_were_written() -> None:
    text = SheetText("handing-over", MARKS, f"{MARKS}\n\n#import x", "00" * 32)
    asked = a_question(Wording("de"), texts=(text, *a_question(Wording("de")).texts[1:]), discloser=MARKS)
    found = opened(sheet(asked, AT))
    assert found.title == MARKS
    assert found.text.count(MARKS) == 3
    assert "#import x" in found.text


@ALL
def test_a_receipt_says_all_its_facts_and_has_the_signed_one_inside(wording: Wording) -> None:
    receipt, document = a_receipt(), a_document()
    made = receipt_pdf(receipt, document, wording)
    found = opened(made)
    assert (found.language, found.title) == (wording.language, wording.say("Receipt"))
    assert found.is_tagged
    assert found.claims == {"pdfuaid", "pdfaid"}
    assert found.attachments == {"document.jsonld": document.encode()}
    assert attached_receipt(made) == document.encode()
    text = without_blanks(found.text)
    proof = json.loads(document)["proof"]
    for mark in (NUMBER, "cd" * 32, "ab" * 32, proof["proofValue"], "CaritasHannover", "DiakonieBraunschweig"):
        assert mark in text
    if wording.direction == "ltr":
        for fact in facts(receipt, wording):
            for words in (fact.label, *fact.values):
                assert without_blanks(words) in text


def test_a_receipt_without_names_names_nobody() -> None:
    act = Act(receipt_id=NUMBER, kind="refused", at=AT, consent_id="", recipient="")
    receipt = a_receipt(act=act, discloser="", permitted=[], way_back="nothing")
    text = opened(receipt_pdf(receipt, a_document(), Wording("en"))).text
    assert "No agency is named" in text
    assert "Caritas" not in text
    assert "The first agency may tell them" not in text


def test_a_name_in_a_script_without_a_font_still_gets_its_receipt() -> None:
    act = Act(receipt_id=NUMBER, kind="granted", at=AT, consent_id="", recipient="相談所 \N{GRINNING FACE}")
    found = opened(receipt_pdf(a_receipt(act=act), a_document(), Wording("de")))
    assert found.is_tagged
    assert found.claims == set()
    assert NUMBER in found.text


def test_the_same_receipt_is_the_same_file() -> None:
    document = a_document()
    assert receipt_pdf(a_receipt(), document, Wording("ar")) == receipt_pdf(a_receipt(), document, Wording("ar"))


def test_who_was_asked_in_a_language_without_words_of_ours_gets_the_nearest() -> None:
    assert nearest_wording(("de", "leichte-sprache")) == Wording("de", "leichte-sprache")
    assert nearest_wording(("ar", "leichte-sprache")) == Wording("ar")
    assert nearest_wording(("", ""), ("uk", "standard")) == Wording("uk")
    assert nearest_wording(("fr", "standard")) == Wording("en")
