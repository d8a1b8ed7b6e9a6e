"""Whatever is typed gets an answer: signs of query languages, marks of direction, nothing but stop words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lotse.directory.v1 import search_pb2

from services.common.errors import Code, LotseError
from tests.integration.directory.conftest import Directory

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = [
    "'; drop table x; --",
    "\\",
    "' | '",
    "((",
    "a & | b",
    ":*",
    "#schulden",
    "@families ~3 >walk-in",
    "   ",
    "💧",
    "-",
    "und der die das",
    "\u202eSchulden\u202c \u200f\u0627\u0644\u062f\u064a\u0648\u0646",
    "Schulden\x00 \x07\t\n Braunschweig",
    "ﬁnanzen Ⅷ ß ẞ İstanbul",
    "52.37, 9.73 52.37, 9.73",
    "0 00000 99999 123456789012345678901234567890",
    "x" * 300,
    "schuldenberatung" * 18,
]


@pytest.mark.parametrize("text", ODD)
async def test_no_text_breaks_the_search(shared_directory: Directory, text: str) -> None:
    await shared_directory.search(text, with_facets=True)
    await shared_directory.search(text, place=text[:100])


pieces = st.one_of(
    st.text(max_size=20),
    st.sampled_from(ODD),
    st.sampled_from(["Schulden", "38100", "Neustadt (", "nicht", "Arabisch"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(pieces, max_size=5), place=st.text(max_size=40))
async def test_any_text_and_place_gets_an_answer_whose_ways_out_are_questions(
    shared_directory: Directory, parts: list[str], place: str
) -> None:
    answer = await shared_directory.search(" ".join(parts)[:300], place=place)
    for relaxation in answer.relaxations:
        await shared_directory.search(
            **{field.name: value for field, value in relaxation.request.ListFields() if field.name != "near"}
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "x" * 10_000), ("place", "x" * 101), ("topics", ["x"] * 21), ("languages", ["DE"]), ("radius_km", 501)],
)
async def test_too_much_is_refused_with_the_name_of_the_field(
    shared_directory: Directory, field: str, value: object
) -> None:
    with pytest.raises(LotseError) as refused:
        await shared_directory.search(**{"text": "Sucht", field: value})  # type: ignore[arg-type]
    assert refused.value.code == Code.INVALID_ARGUMENT
    assert refused.value.violations[0].field.startswith(field)


async def test_a_point_that_is_none_on_earth_is_refused(shared_directory: Directory) -> None:
    with pytest.raises(LotseError) as refused:
        await shared_directory.search("Sucht", near=search_pb2.Coordinates(latitude=91, longitude=0))
    assert refused.value.violations[0].field.startswith("near")
