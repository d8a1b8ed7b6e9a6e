"""`python -m benchmarks.relevance`: scores the search on graded questions, beside two peers. The README says how."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import uvloop
from lotse.directory.v1 import search_pb2, search_pb2_grpc
from rich.console import Console
from rich.table import Table

from benchmarks.house import BenchHouse, running_house
from benchmarks.peers import admin_url_of, plain_channel
from benchmarks.relevance.entries import Listed, read_entries
from benchmarks.relevance.grading import Grader
from benchmarks.relevance.peers import HITS, Bm25, FullText
from benchmarks.relevance.questions import Question, read_questions
from benchmarks.relevance.scoring import score
from deploy.local.directory_import import DirectoryFile, import_directory
from deploy.local.paths import CHECKOUT
from services.directory.reference_files import read_districts, read_languages, read_places, read_topics

CARITAS = CHECKOUT.parent / "shared" / "data" / "caritas"
MAPPING = CHECKOUT / "tests" / "integration" / "directory" / "caritas" / "mapping.toml"
_SECONDS = 10.0

Found = dict[str, list[list[str]]]
"""Ids of the hits for each question, by who was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions, the grade of every service for each, and what was found."""

    questions: Sequence[Question]
    grades: Sequence[Mapping[str, int]]
    found: Found


def main() -> None:
    """Start the product, load what there is, ask everybody, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="also the N questions that are answered worst"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lotse-relevance-") as folder, running_house(Path(folder)) as house:
        asked = uvloop.run(_ask(house))
    _print(asked)
    _print_worst(asked, given.worst)


async def _ask(house: BenchHouse) -> Asked:
    environment = house.constellation.environment
    if CARITAS.is_dir():
        files = (CARITAS / "agencies.csv", CARITAS / "postcode_ranges.csv")
        await import_directory(environment, DirectoryFile("caritas", files, MAPPING), dry_run=False)
    else:
        sys.stderr.write("the real agencies are not here: only the demo directory is asked\n")
    topics = {topic.slug: topic for topic in read_topics().topics}
    languages = {language.code: language for language in read_languages()}
    connection = await asyncpg.connect(admin_url_of(house, "lotse_directory"))
    try:
        listed = await read_entries(connection, topics, languages)
        full_text = FullText(connection)
        await full_text.fill(listed)
        bm25 = Bm25(listed)
        questions, grades = _answerable(listed, _grader())
        async with plain_channel(environment, "cli", environment.target("directory"), "directory") as channel:
            stub = search_pb2_grpc.SearchServiceStub(channel)
            found: Found = {"ours": [], "full text": [], "BM25": []}
            for question in questions:
                request = search_pb2.SearchServicesRequest(text=question.text, page_size=HITS)
                answer = await stub.SearchServices(request, timeout=_SECONDS)
                found["ours"].append([hit.service_id for hit in answer.hits])
                found["full text"].append(await full_text.ask(question.text))
                found["BM25"].append(bm25.ask(question.text))
    finally:
        await connection.close()
    return Asked(questions, grades, found)


def _grader() -> Grader:
    places = {place.postcode: place for place in read_places() if not place.is_bulk}
    return Grader(
        {topic.slug: topic for topic in read_topics().topics},
        places,
        {district.code: district for district in read_districts()},
    )


def _answerable(listed: Sequence[Listed], grader: Grader) -> tuple[list[Question], list[dict[str, int]]]:
    """The questions that some service answers, with its grade; the others are named."""
    questions, grades = [], []
    for question in read_questions():
        of_all = {one.entry.service_id: grader.grade(question, one.entry) for one in listed}
        if any(of_all.values()):
            questions.append(question)
            grades.append(of_all)
        else:
            sys.stderr.write(f"nothing in the directory answers: {question.text}\n")
    return questions, grades


def _print(asked: Asked) -> None:
    kinds = [*dict.fromkeys(question.kind for question in asked.questions), "all"]
    table = Table("class", "questions", *(f"{name}: nDCG@10, success@1, no hit" for name in asked.found))
    for kind in kinds:
        wanted = [n for n, question in enumerate(asked.questions) if kind in {"all", question.kind}]
        cells = []
        for hits in asked.found.values():
            one = score(*_grades_of(asked, hits, wanted))
            cells.append(f"{one.ndcg:.2f}  {one.success:.2f}  {one.without_hit}")
        table.add_row(kind, str(len(wanted)), *cells)
    Console(width=140).print(table)


def _grades_of(asked: Asked, hits: list[list[str]], wanted: Sequence[int]) -> tuple[list[list[int]], list[list[int]]]:
    found = [[asked.grades[n].get(service_id, 0) for service_id in hits[n]] for n in wanted]
    return found, [list(asked.grades[n].values()) for n in wanted]


def _print_worst(asked: Asked, count: int) -> None:
    def ndcg(n: int) -> float:
        return score(*_grades_of(asked, asked.found["ours"], [n])).ndcg

    by_ndcg: Callable[[int], float] = ndcg
    for n in sorted(range(len(asked.questions)), key=by_ndcg)[:count]:
        grades = [asked.grades[n].get(service_id, 0) for service_id in asked.found["ours"][n]]
        sys.stdout.write(f"{ndcg(n):.2f}  {asked.questions[n].text}  {grades}\n")


if __name__ == "__main__":
    main()
