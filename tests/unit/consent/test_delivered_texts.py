"""The delivered consent texts: whole in every language, honest about who stands for them, plain where they say so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lotse.consent.v1 import text_pb2 as pb

from deploy.local.failures import RunnerError
from deploy.local.text_standing import find_version
from deploy.local.texts import DELIVERED, demonstration_texts, read_set, read_texts
from services.consent.model.vocabulary import Purpose
from services.consent.rules.texts import SECRECY_RELEASE, WAY_BACK, YOUR_RIGHTS, paragraphs_of

SUBJECTS = {*(purpose.value for purpose in Purpose), YOUR_RIGHTS, WAY_BACK, SECRECY_RELEASE}
WORDINGS = {
    ("de", "standard"), ("de", "leichte-sprache"), ("en", "standard"), ("ar", "standard"), ("uk", "standard"),
    ("fa", "standard"), ("tr", "standard"), ("ru", "standard"),
}  # fmt: skip
TEXTS = read_texts(DELIVERED)
PLAIN = [text for text in TEXTS if text.variety == "leichte-sprache"]
LAWS = ("KDG", "DSG-EKD")
PERSIAN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


def test_every_language_has_every_subject() -> None:
    found = {(text.language, text.variety, text.subject) for text in TEXTS}
    assert found == {(*wording, subject) for wording in WORDINGS for subject in SUBJECTS}
    assert len(TEXTS) == len(found)


def test_nobody_stands_for_a_text_who_has_not_read_it() -> None:
    assert {(text.reviewer, text.reviewed_on, text.demo) for text in TEXTS} == {("", "", False)}
    originals = {(text.language, text.variety) for text in TEXTS if not text.translator}
    assert originals == {("de", "standard")}
    assert all(re.search("not reviewed|nicht geprüft", text.translator) for text in TEXTS if text.translator)


def test_the_demonstration_has_the_same_words_under_an_invented_reviewer() -> None:
    for shown, delivered in zip(demonstration_texts(), TEXTS, strict=True):
        assert (shown.title, shown.body, shown.translator) == (delivered.title, delivered.body, delivered.translator)
        assert shown.demo
        assert "erfunden" in shown.reviewer


def test_every_translation_has_the_paragraphs_of_the_original() -> None:
    paragraphs = {text.subject: len(paragraphs_of(text.body)) for text in TEXTS if not text.translator}
    for text in TEXTS:
        if text.variety == "standard":
            assert len(paragraphs_of(text.body)) == paragraphs[text.subject], (text.language, text.subject)


@pytest.mark.parametrize("language", sorted({language for language, _ in WORDINGS}))
def test_rights_name_the_laws_in_every_language(language: str) -> None:
    for text in TEXTS:
        if text.language != language:
            continue
        body = text.body.translate(PERSIAN_DIGITS)
        if text.subject == YOUR_RIGHTS:
            assert all(law in body for law in LAWS)
            assert all(re.search(rf"(?<!\d){article}(?!\d)", body) for article in (6, 7, 9))
        if text.subject == SECRECY_RELEASE:
            assert "203" in body


@pytest.mark.parametrize("text", PLAIN, ids=lambda text: text.subject)
def test_leichte_sprache_says_one_thing_a_line(text: pb.TextVersion) -> None:
    lines = [line for paragraph in paragraphs_of(text.body) for line in paragraph]
    for line in lines:
        assert line[-1] in ".?!:", line
        assert len(line.split()) <= 15, line
        assert len(re.findall(r"[.?!](?:\s|$)", line)) <= 1, line
        assert not [word for word in re.findall(r"[\wäöüß]+", line) if len(word) > 14], line
    assert " Sie " in f" {' '.join(lines)} "


def test_a_set_that_is_not_right_is_refused_by_the_name_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "xx.toml"
    for content, said in [
        ("language = ", "is no TOML file"),
        ('language = "de"\nvariety = "standard"\n', "there is no text"),
        ('variety = "standard"\n[advice]\ntitle = "T"\nbody = "B"\n', "language is missing"),
        ('language = "de"\nvariety = "standard"\n[advice]\ntitle = "T"\n', "advice: body is missing"),
        ('language = "de"\nvariety = "standard"\nauthor = "X"\n[advice]\n', "no field author"),
        (
            'language = "de"\nvariety = "standard"\n[advice]\ntitle = "T"\nbody = "B"\nmaterial = "no"\n',
            "true or false",
        ),
    ]:
        file.write_text(content, encoding="utf-8")
        with pytest.raises(RunnerError, match=said):
            read_set(file)
    with pytest.raises(RunnerError, match="no consent text"):
        read_texts(tmp_path / "nowhere")


def test_a_text_can_say_for_itself_who_reviewed_it_and_that_it_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "de.toml"
    file.write_text(
        'language = "de"\nvariety = "standard"\n[advice]\ntitle = "T"\nbody = "B"\nreviewer = "R"\n'
        'reviewed_on = "2026-11-01"\nmaterial = false\n[way-back]\ntitle = "T"\nbody = "B"\n',
        encoding="utf-8",
    )
    advice, way_back = read_set(file)
    assert (advice.subject, advice.reviewer, advice.material) == ("advice", "R", False)
    assert (way_back.reviewer, way_back.HasField("material")) == ("", False)


def test_a_version_is_found_by_the_first_digits_of_its_hash() -> None:
    versions = [pb.TextVersion(content_hash=digits * 32) for digits in ("a1", "d4")]
    assert find_version(versions, "D4d4d4d4") is versions[1]
    for digits, said in [("d4", "at least 8"), ("00000000", "No version")]:
        with pytest.raises(RunnerError, match=said):
            find_version(versions, digits)
