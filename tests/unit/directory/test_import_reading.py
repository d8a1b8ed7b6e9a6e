"""Any bytes give rows or a finding, and never another fault; what people write about languages is understood."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory import reference_files as files
from services.directory.importing.checks import Checker, Circumstances
from services.directory.importing.circles import find_circles
from services.directory.importing.encoding import looks_broken, repair
from services.directory.importing.formats import open_order
from services.directory.importing.identity import make_hex_id, make_id
from services.directory.importing.languages import part_languages, part_text
from services.directory.importing.tables import TABLES
from services.directory.model.imports import FileFault, ImportFormat, ImportOrder, RawRow, Report, SourceFile
from services.directory.model.reference import Reference
from services.directory.rules.gazetteer import Gazetteer
from services.directory.store.copying import copy_text


@cache
def reference() -> Reference:
    languages, districts = files.read_languages(), files.read_districts()
    return Reference(
        districts={district.code: district for district in districts},
        points=Gazetteer(files.read_places(), districts).points(),
        topics={topic.slug: topic.id for topic in files.read_topics().topics},
        languages=frozenset(language.code for language in languages),
        language_names={
            name.casefold(): language.code for language in languages for name in (language.german, language.english)
        },
    )


def read_and_check(name: str, content: bytes, form: ImportFormat, mapping: str = "") -> Report:
    """What a file gives; of one that is refused as a whole the finding that says why."""
    report = Report()
    order = ImportOrder("a", form, (SourceFile(name, content),), mapping)
    circumstances = Circumstances("a", "DE", reference(), {}, frozenset(), trusts_digests=False, joins_repeats=True)
    checker = Checker(circumstances, report)
    try:
        _, items = open_order(order, reference())
        rows = [item for item in part_languages(items, reference()) if isinstance(item, RawRow)]
    except FileFault as fault:
        return Report(findings=[fault.finding], refused=True)
    checker.read(rows)
    for table in TABLES.values():
        staged = checker.check(table)
        copy_text(
            (row.id, row.key, row.digest, *map(row.values.get, table.columns)) for row in (*staged.rows, *staged.new)
        )
    return report


def says_why(report: Report) -> None:
    assert not report.refused or len(report.findings) == 1
    for finding in report.findings:
        assert finding.reason
        assert finding.suggestion


NAMES = st.sampled_from(
    [
        "a.json",
        "a.ndjson",
        "a.zip",
        "services.csv",
        "datapackage.json",
        "regular_schedules.csv",
        "a.csv",
        "languages.csv",
    ]
)
MAPPING = '[[file]]\nname="a.csv"\nrow=[{table="service", key="{id}", fields={name="[name]"}}]'


@settings(deadline=None)
@given(NAMES, st.binary(max_size=400), st.sampled_from(ImportFormat), st.sampled_from(["", MAPPING]))
def test_any_bytes_are_read_or_refused(name: str, content: bytes, form: ImportFormat, mapping: str) -> None:
    says_why(read_and_check(name, content, form, mapping))


FIELDS = sorted(
    {name for table in TABLES.values() for name in (*table.fields, *table.references)} | {"id", "source_id"}
)
HOLDERS = sorted(
    {
        "services",
        "locations",
        "phones",
        "attributes",
        "schedules",
        "service_at_locations",
        "capacities",
        "unit",
        "program",
        "languages",
        "ways_in",
        "taxonomy_term",
        "taxonomy_detail",
        "location",
        "organization",
        "confirmations",
    }
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["true", "1", "MO", "o", "s"]),
)
OBJECTS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(st.sampled_from(FIELDS), LEAVES, max_size=6),
    lambda inner: st.dictionaries(
        st.sampled_from(HOLDERS + FIELDS), st.one_of(LEAVES, inner, st.lists(inner, max_size=3)), max_size=6
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(OBJECTS, min_size=1, max_size=4))
def test_any_nested_objects_are_read_or_refused(items: list[dict[str, Any]]) -> None:
    says_why(read_and_check("a.json", json.dumps(items).encode(), ImportFormat.HSDS_JSON))


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=15)


@settings(deadline=None)
@given(
    st.sampled_from(
        ["services", "attributes", "phones", "schedules", "locations", "addresses", "taxonomy_terms", "confirmations"]
    ),
    st.lists(st.sampled_from([*FIELDS, "link_id", "link_entity"]), min_size=1, max_size=6, unique=True),
    st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=4),
)
def test_any_table_is_read_or_refused(name: str, header: list[str], lines: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["id", *header], *(["1", *line[: len(header)]] for line in lines)])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{name}.csv", text.getvalue())
    says_why(read_and_check("a.zip", content.getvalue(), ImportFormat.AUTO))


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("Spanish (limited)", [("es", "basic", "limited")], []),
        ("English and Spanish", [("en", "", ""), ("es", "", "")], []),
        ("Arabisch, Türkisch", [("ar", "", ""), ("tr", "", "")], []),
        (
            "Russisch (fließend); Deutsch (Muttersprache)",
            [("ru", "fluent", "fließend"), ("de", "native", "Muttersprache")],
            [],
        ),
        (
            "Spanish\\n\\nOther languages available upon request",
            [("es", "", "")],
            ["Other languages available upon request"],
        ),
        ("Creole", [("crp", "", "")], []),
        ("Haitian Creole", [("ht", "", "")], []),
        ("Language line available", [], ["Language line available"]),
        ("no English spoken", [], ["no English spoken"]),
    ],
)
def test_languages_in_words_are_told_apart(text: str, codes: list[tuple[str, str, str]], rest: list[str]) -> None:
    spoken, others = part_text(text, reference())
    assert [(each.code, each.level, each.note) for each in spoken] == codes
    assert others == rest


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("the childGÇÖs home", "the child\u2019s home"),
        ("GÇ£goodGÇ¥", "\u201cgood\u201d"),
        ("Beratung fÃ¼r", "Beratung für"),
        ("m+ís", "más"),
    ],
)
def test_a_text_that_proves_what_it_was_is_repaired(broken: str, whole: str) -> None:
    assert repair(broken) == whole
    assert not looks_broken(whole)


def test_a_text_that_could_have_been_several_stays_and_is_named() -> None:
    assert repair("Espa+¦ol") == "Espa+¦ol"
    assert looks_broken("Espa+¦ol")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefgh")))
def test_a_key_is_on_a_circle_exactly_when_its_parents_lead_back_to_it(parents: dict[str, str]) -> None:
    def leads_back(key: str) -> bool:
        each = parents.get(key)
        for _ in range(len(parents)):
            if each == key:
                return True
            each = parents.get(each or "")
        return False

    assert find_circles(parents) == {key for key in parents if leads_back(key)}


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_the_quick_id_is_the_uuid_of_version_5(key: str) -> None:
    from uuid import NAMESPACE_URL, uuid5

    assert make_id("a", "service", key) == uuid5(NAMESPACE_URL, f"a/service/{key}")
    assert make_hex_id("a", "service", key) == make_id("a", "service", key).hex
