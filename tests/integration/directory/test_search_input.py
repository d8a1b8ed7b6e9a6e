"""Whatever is typed gets an answer: signs of query languages, marks of direction, nothing but stop words."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
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


async def test_any_text_and_place_gets_an_answer_whose_ways_out_are_questions(shared_directory: Directory) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None, database=None)
    @given(parts=st.lists(pieces, max_size=5), place=st.text(max_size=40))
    def answers(parts: list[str], place: str) -> None:
        asked = ask_with_ways_out(shared_directory, " ".join(parts)[:300], place)
        asyncio.run_coroutine_threadsafe(asked, loop).result(60)

    await asyncio.to_thread(answers)  # the directory serves on this loop, which must go on meanwhile


async def ask_with_ways_out(directory: Directory, text: str, place: str) -> None:
    answer = await directory.search(text, place=place)
    for relaxation in answer.relaxations:
        await directory.search(
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
