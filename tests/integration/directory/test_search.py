"""Questions as counsellors type them, on the demo directory."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lotse.directory.v1 import search_pb2

from services.common.errors import Code, LotseError
from services.directory.finding import Finder
from services.directory.model.search import Question
from services.directory.reading import read_knowledge
from services.directory.rules.ranking import WEIGHTS, score
from services.directory.store.search import SearchStore
from tests.integration.directory.conftest import Directory, demo_id
from tests.integration.directory.filling import reindex

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECIPIENT = demo_id("organization", "diakonie-braunschweig-schuldnerberatung")
FIRST = demo_id("service", "diakonie-braunschweig-schuldnerberatung/miete")
NARROWER = {"insolvenz", "mietschulden", "energieschulden"}
SHELTER = demo_id("organization", "frauenhaus-harzvorland")


def kinds(hit: search_pb2.Hit) -> set[str]:
    return {reason.kind for reason in hit.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "Mietschulden, Arabisch, Braunschweig",
        "mietschulden arabisch braunschweig",
        "braunschweig Mietschulden arabische Beratung",
        "Mietrückstand auf Arabisch in 38100 Braunschweig",
        "MIETRUECKSTAENDE ARABISCH 38100",
        "ich kann meine Miete nicht mehr zahlen, spreche Arabisch, Braunschweig",
        "rent arrears Arabic Braunschweig",
        "Mietshculden Arabsich Brauschweig",
        "Mietschuldenberatung arabischsprachig bei Braunschweig",
    ],
)
async def test_the_main_question_ranks_the_diakonie_agency_first(shared_directory: Directory, text: str) -> None:
    answer = await shared_directory.search(text)
    assert answer.hits[0].service_id == FIRST
    assert answer.hits[0].agency_id == RECIPIENT
    assert {"topic", "language", "responsible", "distance"} <= kinds(answer.hits[0])
    assert answer.understood.place == "Braunschweig"
    assert list(answer.understood.languages) == ["ar"]
    assert "mietschulden" in answer.understood.topics


async def test_a_hit_says_everything_that_the_next_step_needs(shared_directory: Directory) -> None:
    hit = (await shared_directory.search("Mietschulden, Arabisch, Braunschweig")).hits[0]
    assert hit.distance_km < 5
    assert "ar" in hit.languages
    assert hit.accepts_handover
    assert hit.capacity.state == 1
    assert hit.next_opening
    assert hit.confirmed_at.seconds > 0
    assert hit.place == "Braunschweig"


async def test_misspelt_words_are_mended_and_the_answer_says_so(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Mietshculden Brauschweig")
    assert len(answer.understood.repairs) == 2
    assert "mietschulden" in answer.understood.repairs[0]


def an_agency(key: str, postcode: str, town: str, district: str) -> dict[str, object]:
    return {
        "id": key,
        "name": f"Stelle {key}",
        "locations": [{"id": key, "addresses": [{"id": key, "postal_code": postcode, "city": town}]}],
        "services": [
            {
                "id": key,
                "name": "Sternkunde",
                "status": "active",
                "service_areas": [{"id": key, "district_code": district}] if district else [],
                "service_at_locations": [{"id": key, "location_id": key}],
            }
        ],
    }


async def test_responsible_stands_before_near_and_other_areas_behind_none(shared_directory: Directory) -> None:
    agencies = [
        an_agency("elsewhere", "38300", "Wolfenbüttel", "03101"),
        an_agency("near", "38304", "Wolfenbüttel", ""),
        an_agency("far", "30159", "Hannover", "03158"),
    ]
    await shared_directory.load("stars", {"stars.json": json.dumps(agencies).encode()})
    answer = await shared_directory.search("Sternkunde Wolfenbüttel", radius_km=30)
    assert [hit.agency_name for hit in answer.hits] == ["Stelle far", "Stelle near", "Stelle elsewhere"]
    first, _, last = (kinds(hit) for hit in answer.hits)
    assert "responsible" in first
    assert "not-responsible" in last
    assert list(answer.coverage.responsible_agency_ids) != []


async def test_services_far_away_are_not_found_unless_responsible(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Sucht", place="Meppen", radius_km=20)
    assert {hit.place for hit in answer.hits} == {"Meppen"}


async def test_topic_and_language_filters_are_cumulative(shared_directory: Directory) -> None:
    answer = await shared_directory.search(topics=["schulden"], languages=["tr", "ar"], page_size=100)
    assert answer.hits
    for hit in answer.hits:
        assert {"tr", "ar"} <= set(hit.languages)
        assert set(hit.topics) & {"schulden", "insolvenz", "mietschulden", "energieschulden"}


async def test_handover_and_room_filters_hold(shared_directory: Directory) -> None:
    everything = await shared_directory.search("Sozialberatung", page_size=100)
    with_handover = await shared_directory.search("Sozialberatung", accepts_handover=True, page_size=100)
    with_room = await shared_directory.search("Sozialberatung", has_room=True, page_size=100)
    assert 0 < with_handover.total < everything.total
    assert all(hit.accepts_handover for hit in with_handover.hits)
    assert 0 < with_room.total <= everything.total
    assert all(hit.capacity.state != 3 for hit in with_room.hits)


async def test_an_empty_answer_says_what_would_help_and_the_counts_are_true(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Schuldnerberatung Vietnamesisch Emden")
    assert answer.total == 0
    assert answer.relaxations
    for relaxation in answer.relaxations:
        found = await shared_directory.search(
            **{field.name: value for field, value in relaxation.request.ListFields() if field.name != "near"}
        )
        assert found.total == relaxation.count > 0
        assert str(relaxation.count) in relaxation.text


async def test_nobody_responsible_is_said_in_so_many_words(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Pflegeberatung 31582")
    assert list(answer.coverage.responsible_agency_ids) == []
    assert "nennt sich niemand zuständig" in answer.coverage.text
    english = await shared_directory.search("Pflegeberatung 31582", reader_language="en")
    assert "nobody names" in english.coverage.text


async def test_the_responsible_agencies_are_named(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Mietschulden 38100")
    assert RECIPIENT in answer.coverage.responsible_agency_ids


async def test_an_unknown_place_finds_nothing_and_says_so(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Sucht", place="Atlantis")
    assert answer.total == 0
    assert "atlantis" in answer.coverage.text
    assert [relaxation.kind for relaxation in answer.relaxations] == ["place"]


async def test_a_lost_leading_zero_is_repaired(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Sucht", place="1067")
    assert answer.understood.postcode == "01067"
    assert any("1067" in repair for repair in answer.understood.repairs)


async def test_a_town_name_that_is_not_unique_names_the_others(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Sucht Emden")
    assert any("Emden (" in repair for repair in answer.understood.repairs)


async def test_a_protected_place_is_found_in_its_land_without_distance_or_address(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Er schlägt mich Hannover", languages=["ar"])
    hit = next(hit for hit in answer.hits if hit.agency_id == SHELTER)
    assert hit.protected_location
    assert not hit.HasField("distance_km")
    assert hit.place == "NI"
    other_land = await shared_directory.search("Frauenhaus Dresden")
    assert SHELTER not in {hit.agency_id for hit in other_land.hits}


async def test_words_that_are_no_topic_are_searched_in_names(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Leinetor")
    assert {hit.agency_name for hit in answer.hits} == {"Jugend- und Drogenberatung Leinetor e. V. (Demo)"}
    assert kinds(answer.hits[0]) == {"words"}


@pytest.mark.parametrize(("long", "short"), [("Arbeiterwohlfahrt", "AWO"), ("Sozialdienst katholischer Frauen", "SkF")])
async def test_abbreviations_and_full_names_find_the_same(shared_directory: Directory, long: str, short: str) -> None:
    assert (await shared_directory.search(short)).total == (await shared_directory.search(long)).total > 0


async def test_the_word_being_typed_is_a_beginning(shared_directory: Directory) -> None:
    for length in range(4, len("schuldnerberatung")):
        answer = await shared_directory.search("schuldnerberatung"[:length])
        assert any("chuld" in hit.service_name for hit in answer.hits), length


async def test_a_question_of_general_words_only_finds_them(shared_directory: Directory) -> None:
    assert (await shared_directory.search("Beratung")).total > 50


async def test_all_pages_together_are_the_whole_and_nothing_twice(shared_directory: Directory) -> None:
    whole = await shared_directory.search("Beratung", page_size=100)
    seen: list[str] = []
    token = ""
    while True:
        page = await shared_directory.search("Beratung", page_size=17, page_token=token)
        seen += [hit.service_id for hit in page.hits]
        token = page.next_page_token
        if not token:
            break
    assert len(seen) == len(set(seen)) == whole.total
    assert seen[:100] == [hit.service_id for hit in whole.hits]


@pytest.mark.parametrize("text", ["Mietshculden", "Schuldnrberatung"])
async def test_all_pages_of_a_mended_question_are_the_whole(shared_directory: Directory, text: str) -> None:
    first = await shared_directory.search(text, page_size=10)
    assert first.understood.repairs
    assert first.total > 20
    seen = [hit.service_id for hit in first.hits]
    token = first.next_page_token
    while token:
        page = await shared_directory.search(text, page_size=10, page_token=token)
        assert page.understood == first.understood
        seen += [hit.service_id for hit in page.hits]
        token = page.next_page_token
    assert len(seen) == len(set(seen)) == first.total


async def test_of_a_story_the_topic_is_found_and_what_was_left_out_is_said(shared_directory: Directory) -> None:
    answer = await shared_directory.search("mein Onkel schimpft, kann Miete nicht zahlen, Braunschweig")
    plain = await shared_directory.search("kann Miete nicht zahlen, Braunschweig")
    assert [hit.service_id for hit in answer.hits] == [hit.service_id for hit in plain.hits] != []
    assert list(answer.understood.repairs) == ["Dazu wurde nichts gefunden, danach nicht gesucht: onkel, schimpft"]


async def test_of_a_story_that_nobody_answers_the_ways_out_are_those_of_its_topic(shared_directory: Directory) -> None:
    answer = await shared_directory.search("mein Onkel ist dement Celle")
    assert answer.total == 0
    assert [relaxation.kind for relaxation in answer.relaxations] == ["radius"]
    assert all("onkel" not in relaxation.request.text for relaxation in answer.relaxations)


async def test_pages_of_a_loosened_question_hold_every_hit_once(shared_directory: Directory) -> None:
    text = "Onkel will Sozialberatung und Trauer"
    first = await shared_directory.search(text, page_size=5)
    seen, token = [hit.service_id for hit in first.hits], first.next_page_token
    assert first.total > 5
    while token:
        page = await shared_directory.search(text, page_size=5, page_token=token)
        assert page.understood == first.understood
        seen += [hit.service_id for hit in page.hits]
        token = page.next_page_token
    assert len(seen) == len(set(seen)) == first.total


async def test_words_that_a_mend_leads_nowhere_stay_as_they_were_typed(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Opa schnarcht Celle")
    assert answer.understood.place == "Celle"
    assert list(answer.understood.repairs) == [
        "Das wurde nicht verstanden, hier ist die allgemeine Beratung vor Ort: opa, schnarcht"
    ]
    assert [relaxation.kind for relaxation in answer.relaxations] == ["text"]


async def test_what_nobody_understands_leads_to_the_general_counselling_of_the_place(
    shared_directory: Directory,
) -> None:
    answer = await shared_directory.search("Quastenflosser Hannover")
    assert answer.hits
    assert "sozialrecht" in answer.hits[0].topics
    assert answer.understood.place == "Hannover"
    assert list(answer.understood.repairs) == [
        "Das wurde nicht verstanden, hier ist die allgemeine Beratung vor Ort: quastenflosser"
    ]


async def test_who_offers_something_wider_comes_behind_and_says_so(shared_directory: Directory) -> None:
    answer = await shared_directory.search("Kontopfändung Hannover", page_size=50)
    assert "schulden" in answer.hits[0].topics
    assert any(reason.text.startswith("Allgemeiner: Schulden") for reason in answer.hits[0].reasons)


async def test_of_two_topics_whoever_serves_both_comes_first(shared_directory: Directory) -> None:
    answer = await shared_directory.search("gestern war Onkel Heinz grillen, Mietschulden, Trennung, Braunschweig")
    served = [len({"mietschulden", "trennung"} & set(hit.topics)) for hit in answer.hits]
    assert served[0] == max(served)


@pytest.mark.parametrize("token", ["x", "AAAA", "WyJhIl0=", "bnVsbA==", "W251bGwsbnVsbCxudWxsLG51bGxd"])
async def test_a_broken_page_token_is_refused(shared_directory: Directory, token: str) -> None:
    with pytest.raises(LotseError) as refused:
        await shared_directory.search("Beratung", page_token=token)
    assert refused.value.code == Code.INVALID_ARGUMENT


async def test_a_page_token_of_another_question_is_refused(shared_directory: Directory) -> None:
    token = (await shared_directory.search("Beratung", page_size=5)).next_page_token
    with pytest.raises(LotseError):
        await shared_directory.search("Hilfe", page_size=5, page_token=token)


async def test_an_unknown_topic_filter_is_refused(shared_directory: Directory) -> None:
    with pytest.raises(LotseError) as refused:
        await shared_directory.search(topics=["schulden", "gibt-es-nicht"])
    assert refused.value.reason == "UNKNOWN_TOPIC"


AWKWARD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["'", "\\'", "' | '", "!(", "a & | b", ":*", "<->", "$1", "--", ";", "\u202e", "\u200c", "und nicht",
         "Schulden", "Hannover", "38100", "зал", "дом", "بدهی", "حامل", "kira'da", "Miete", "Onkel", "Trauer"]
    ),
)  # fmt: skip


@given(parts=st.lists(AWKWARD, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_typed_the_database_understands_what_was_made_of_it(
    shared_directory: Directory, parts: list[str]
) -> None:
    text = " ".join(parts).encode("utf-8", "ignore").decode()[:300]
    answer = await shared_directory.search(text)
    assert answer.total >= len(answer.hits)


async def test_the_score_is_the_sum_that_the_ranking_file_says(shared_directory: Directory) -> None:
    async with shared_directory.database.opened("run") as database:
        known = await read_knowledge(database)
        finder = Finder(
            SearchStore(database), known.vocabulary, known.gazetteer, shared_directory.clock, lambda *_: None
        )
        answer = await finder.find(Question("Schulden Hannover", page_size=50))
    assert len(answer.hits) >= 5
    for hit in answer.hits:
        assert set(hit.features) == set(WEIGHTS)
        assert hit.score == pytest.approx(score(hit.features), abs=1e-5)
        named, narrower = "schulden" in hit.topics, not NARROWER.isdisjoint(hit.topics)
        assert hit.features["topic"] == (1 if named else 0.6 if narrower else 0), "what was named goes first"


async def test_terms_of_another_taxonomy_are_words_and_no_topics(shared_directory: Directory) -> None:
    async with shared_directory.database.administered() as connection:
        taxonomy, term = uuid4(), uuid4()
        await connection.execute(
            "insert into taxonomy (id, name, source, source_id) values ($1, 'fremd', 'x', 'x')", taxonomy
        )
        await connection.execute(
            "insert into taxonomy_term (id, taxonomy_id, code, name, source, source_id) "
            "values ($1, $2, 'schulden', 'Kaninchenkunde', 'x', 'x')", term, taxonomy
        )  # fmt: skip
        await connection.execute(
            "insert into attribute (id, source, source_id, digest, changed_at, link_entity, link_id, taxonomy_term_id) "
            "values ($1, 'demo', 'x', '', now(), 'service', $2, $3)", uuid4(), UUID(FIRST), term
        )  # fmt: skip
    await reindex(shared_directory, "demo")
    answer = await shared_directory.search("Kaninchenkunde")
    assert [hit.service_id for hit in answer.hits] == [FIRST]
    assert list(answer.understood.topics) == []
    assert kinds(answer.hits[0]) == {"words"}


async def test_what_nobody_confirmed_for_a_year_says_so_and_ranks_down(shared_directory: Directory) -> None:
    question = "Sozialberatung Hannover"
    before = next(hit for hit in (await shared_directory.search(question)).hits if not hit.is_unconfirmed)
    shared_directory.clock.move(timedelta(days=400))
    hits = (await shared_directory.search(question, page_size=100)).hits
    shared_directory.clock.move(timedelta(days=-400))
    after = next(hit for hit in hits if hit.service_id == before.service_id)
    assert after.is_unconfirmed
    assert after.score < before.score


async def test_capacity_that_has_expired_is_unknown_and_no_longer_ranks(shared_directory: Directory) -> None:
    before = (await shared_directory.search("Mietschulden, Arabisch, Braunschweig")).hits[0]
    shared_directory.clock.move(timedelta(days=400))
    after = (await shared_directory.search("Mietschulden, Arabisch, Braunschweig")).hits[0]
    shared_directory.clock.move(timedelta(days=-400))
    assert before.HasField("capacity")
    assert not after.HasField("capacity")
    assert after.score < before.score
