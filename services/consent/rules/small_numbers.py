"""A table of requests of which no number under five can be read or computed.

Three steps. Languages with few requests are put together until the group has five. A language of which one outcome is
under five shows only its total. The outcomes of all languages are shown only where they do not give those away: what is
left after subtracting the languages that are shown in full is a table of its own, of which somebody knows all sums and
no cell; a cell of such a table lies between max(0, row + column - total) and min(row, column), and no tighter bound
exists (Fréchet). So the lower bound has to be 0 for each cell under five, while the upper is at least five by itself.
"""

from collections.abc import Iterable, Mapping

from services.consent.model.audit import LanguageCount, RequestTable

LEAST = 5
"""The smallest number that is told, besides nothing at all."""
OTHERS = ""

Counts = Mapping[str, Mapping[str, int]]
"""By language and outcome."""


def protected(counts: Counts) -> RequestTable:
    """What may be told of these counts. Zeros are told: that nobody was counted names nobody."""
    outcomes = sorted({outcome for row in counts.values() for outcome in row})
    rows = _grouped({language: [row.get(outcome, 0) for outcome in outcomes] for language, row in counts.items()})
    if any(_is_small(sum(row)) for row in rows.values()):
        return RequestTable((), None, None)
    opened = {language for language, row in rows.items() if not any(map(_is_small, row))}
    shown = _with_sums(rows, opened)
    columns = None if shown is None else dict(zip(outcomes, _sums(rows.values(), len(outcomes)), strict=True))
    visible = opened if shown is None else shown
    return RequestTable(
        tuple(
            LanguageCount(language, sum(row), dict(zip(outcomes, row, strict=True)) if language in visible else None)
            for language, row in sorted(rows.items(), key=lambda entry: (entry[0] == OTHERS, -sum(entry[1]), entry[0]))
        ),
        columns,
        sum(map(sum, rows.values())),
    )


def _grouped(rows: dict[str, list[int]]) -> dict[str, list[int]]:
    """Languages under five put together, with the next larger ones until the group has five or is all there is."""
    large = {language: row for language, row in rows.items() if sum(row) >= LEAST}
    small = [row for row in rows.values() if 0 < sum(row) < LEAST]
    if not small:
        return large
    while large and sum(map(sum, small)) < LEAST:
        small.append(large.pop(min(large, key=lambda language: (sum(large[language]), language))))
    return {**large, OTHERS: [sum(column) for column in zip(*small, strict=True)]}


def _with_sums(rows: dict[str, list[int]], opened: set[str]) -> set[str] | None:
    """The languages that can be shown in full beside the sums of all outcomes; None where the sums have to go."""
    width = len(next(iter(rows.values()), []))
    if any(map(_is_small, _sums(rows.values(), width))):
        return None
    shown = set(opened)
    while True:
        closed = [row for language, row in rows.items() if language not in shown]
        if not closed or _keeps(closed, width):
            return shown
        if not shown:
            return None
        shown.remove(min(shown, key=lambda language: (sum(rows[language]), language)))


def _keeps(closed: list[list[int]], width: int) -> bool:
    """Whether rows of which only totals are told, with the sums of their columns, give no small cell away."""
    columns = _sums(closed, width)
    total = sum(columns)
    return (
        len(closed) > 1
        and not any(map(_is_small, columns))
        and all(
            sum(row) + column <= total
            for row in closed
            for cell, column in zip(row, columns, strict=True)
            if _is_small(cell)
        )
    )


def _sums(rows: Iterable[list[int]], width: int) -> list[int]:
    listed = list(rows)
    return [sum(row[place] for row in listed) for place in range(width)]


def _is_small(number: int) -> bool:
    return 0 < number < LEAST
