"""What a table of requests tells, seen by somebody who computes with all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from services.consent.model.audit import RequestTable
from services.consent.rules.small_numbers import LEAST, OTHERS, protected

Counts = Mapping[str, Mapping[str, int]]
OUTCOMES = ("granted", "refused", "expired")
TABLES = st.dictionaries(
    st.sampled_from(("ar", "de", "fa", "uk")),
    st.fixed_dictionaries(dict.fromkeys(OUTCOMES, st.integers(0, 6))),
    max_size=3,
)


def told(table: RequestTable) -> Iterator[int]:
    """Every number that stands in the table."""
    if table.total is not None:
        yield table.total
    yield from (table.outcomes or {}).values()
    for row in table.languages:
        yield row.total
        yield from (row.outcomes or {}).values()


def possible(table: RequestTable) -> list[dict[str, tuple[int, ...]]]:
    """Every way to fill the rows of which only totals are told, by trying all of them."""
    closed = [row for row in table.languages if row.outcomes is None]
    ways = [[cells for cells in product(range(row.total + 1), repeat=3) if sum(cells) == row.total] for row in closed]
    if table.outcomes is None:
        # Without sums the rows do not know of each other, so each may be looked at alone.
        return [{row.language: cells} for row, several in zip(closed, ways, strict=True) for cells in several]
    if not closed:
        return []
    shown = [[row.outcomes[each] for each in OUTCOMES] for row in table.languages if row.outcomes is not None]
    left = [table.outcomes[each] - sum(row[place] for row in shown) for place, each in enumerate(OUTCOMES)]
    *free, last = ways
    endings = set(last)
    return [
        dict(zip((row.language for row in closed), (*chosen, rest), strict=True))
        for chosen in product(*free)
        if (rest := tuple(left[place] - sum(cells[place] for cells in chosen) for place in range(3))) in endings
    ]


def grouped(counts: Counts, table: RequestTable) -> dict[str, list[int]]:
    """The true numbers behind the rows of the table."""
    named = {row.language for row in table.languages}
    rows: dict[str, list[int]] = {}
    for language, row in counts.items():
        key = language if language in named else OTHERS
        rows[key] = [a + row[each] for a, each in zip(rows.get(key, [0, 0, 0]), OUTCOMES, strict=True)]
    return rows


@given(TABLES)
def test_no_number_under_five_is_told(counts: Counts) -> None:
    assert all(number == 0 or number >= LEAST for number in told(protected(counts)))


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_no_number_under_five_can_be_computed(counts: Counts) -> None:
    table = protected(counts)
    ways = possible(table)
    for language, row in grouped(counts, table).items():
        for place, number in enumerate(row):
            if not 0 < number < LEAST:
                continue
            values = {way[language][place] for way in ways if language in way}
            if table.total is not None and values:
                assert min(values) == 0, (counts, language, place)
                assert max(values) >= LEAST, (counts, language, place)


@given(TABLES)
def test_what_is_told_is_true(counts: Counts) -> None:
    table = protected(counts)
    rows = grouped(counts, table)
    for row in table.languages:
        assert row.total == sum(rows[row.language])
        if row.outcomes is not None:
            assert [row.outcomes[each] for each in OUTCOMES] == rows[row.language]
    if table.total is not None:
        assert table.total == sum(sum(row.values()) for row in counts.values())


def test_a_table_of_large_numbers_is_told_whole() -> None:
    counts = {"de": {"granted": 60, "refused": 12}, "ar": {"granted": 9, "refused": 5}}
    table = protected(counts)
    assert (table.total, table.outcomes) == (86, {"granted": 69, "refused": 17})
    assert {row.language: row.outcomes for row in table.languages} == counts


def test_two_small_languages_are_told_together() -> None:
    table = protected({"de": {"granted": 60}, "ar": {"granted": 3}, "fa": {"granted": 4}})
    assert [(row.language, row.total) for row in table.languages] == [("de", 60), (OTHERS, 7)]


def test_four_requests_are_no_table() -> None:
    assert protected({"de": {"granted": 4}}) == RequestTable((), None, None)


def test_a_refusal_among_many_is_not_found_by_subtraction() -> None:
    table = protected({"de": {"granted": 60, "refused": 20}, "ar": {"granted": 9, "refused": 1}})
    arabic = next(row for row in table.languages if row.language == "ar")
    german = next(row for row in table.languages if row.language == "de")
    assert arabic.outcomes is None
    assert table.outcomes is None or german.outcomes is None
