"""Requests that come twice, at once, too late, for others, or broken: the right status, and no trace of content."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from deploy.demo.desk import Desk, Reply
from deploy.demo.planted import CLIENT_NAME, MARKS
from tests.support.house import House


async def test_a_double_submit_makes_one_referral(house: House) -> None:
    story = await house.drafted()
    desk = await house.desk(house.cast.discloser)
    body = {
        "recipient_id": str(house.cast.recipient.agency_id),
        "cover_sheet": {"topics": ["mietschulden"], "language": "ar"},
        "categories": ["housing"],
    }
    key = str(uuid4())
    path = f"/cases/{story.case_id}/referrals"
    made = await asyncio.gather(*(desk.post(path, body, key=key) for _ in range(10)))
    assert len({reply.body["referral_id"] for reply in made}) == 1
    outgoing = (await desk.get("/referrals?box=outgoing&page_size=200")).body["referrals"]
    of_case = [entry["referral_id"] for entry in outgoing if entry["case_id"] == story.case_id]
    assert sorted(of_case) == sorted([story.referral_id, made[0].body["referral_id"]])


async def test_sending_twice_sends_once(house: House) -> None:
    story = await house.permitted()
    desk = await house.desk(house.cast.discloser)
    etag, key = (await desk.get(story.etag_path)).etag, str(uuid4())
    first = await desk.post(f"{story.etag_path}/send", etag=etag, key=key)
    again = await desk.post(f"{story.etag_path}/send", etag=etag, key=key)
    assert again.body["sent"] == first.body["sent"]
    assert again.body["referral"]["etag"] == first.body["referral"]["etag"]
    other = await desk.ask("POST", f"{story.etag_path}/send", etag=etag)
    assert other.status in {409, 412}


async def test_of_a_hundred_accepts_at_once_one_wins(house: House) -> None:
    story = await house.offered()
    samira = await house.desk(house.cast.recipient)
    gesine = await house.desk_of("gesine", "diakonie-braunschweig", fresh=True)  # others take her rights meanwhile
    etag = (await samira.get(story.etag_path)).etag
    replies = await asyncio.gather(
        *((samira, gesine)[n % 2].ask("POST", f"{story.etag_path}/accept", etag=etag) for n in range(100))
    )
    counted = Counter(reply.status for reply in replies)
    assert counted[200] == 1, counted
    assert set(counted) <= {200, 409, 412, 503}, counted
    after = (await samira.get(story.etag_path)).body
    assert after["state"] == "accepted"
    winner = next(reply for reply in replies if reply.status == 200)
    assert after["assigned_person_id"] == winner.body["assigned_person_id"]
    assert after["etag"] == winner.body["etag"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/cases/{}", None),
        ("GET", "/cases/{}/sections/contact", None),
        ("PUT", "/cases/{}/sections/contact", {"note": "x"}),
        ("GET", "/referrals/{}", None),
        ("GET", "/referrals/{}/preview", None),
        ("GET", "/referrals/{}/explanation", None),
        ("POST", "/referrals/{}/send", None),
        ("POST", "/referrals/{}/accept", None),
        ("POST", "/referrals/{}/complete", {"result": "helped"}),
        ("POST", "/referrals/{}/sections/contact/read", None),
        ("POST", "/referrals/{}/outcome/read", None),
        ("POST", "/referrals/{}/consent-requests", {"language": "de"}),
    ],
)
async def test_what_belongs_to_others_is_like_what_does_not_exist(
    house: House, method: str, path: str, body: dict[str, str] | None
) -> None:
    story = await house.drafted()
    theirs = story.case_id if "/cases/" in path else story.referral_id
    for who in (house.cast.third, house.cast.sibling, house.cast.recipient):
        desk = await house.desk(who)
        foreign = await desk.ask(method, path.format(theirs), body, etag="1")
        unknown = await desk.ask(method, path.format(uuid4()), body, etag="1")
        assert (foreign.status, foreign.text) == (unknown.status, unknown.text)
        assert foreign.status == 404
        _has_no_trace(foreign)


async def test_a_stale_etag_changes_nothing(house: House) -> None:
    story = await house.offered()
    desk = await house.desk(house.cast.recipient)
    stale = await desk.ask("POST", f"{story.etag_path}/accept", etag="long-ago")
    assert (stale.status, stale.reason) == (412, "STALE_ETAG")
    missing = await desk.ask("POST", f"{story.etag_path}/accept")
    assert (missing.status, missing.reason) == (428, "IF_MATCH_REQUIRED")
    assert (await desk.get(story.etag_path)).body["state"] == "offered"


async def test_nobodys_words_are_lost_to_an_older_version(house: House) -> None:
    story = await house.drafted()
    desk = await house.desk(house.cast.discloser)
    path = f"/cases/{story.case_id}/sections/contact"
    await desk.put(path, {"note": "newer", "base_version": 1})
    late = await desk.ask("PUT", path, {"note": f"late words of {CLIENT_NAME}", "base_version": 1})
    assert (late.status, late.reason) == (412, "STALE_ETAG")
    _has_no_trace(late)
    assert (await desk.get(path)).body["note"] == "newer"


BROKEN = {
    "cut": b'{"handle": "' + CLIENT_NAME.encode(),
    "no JSON at all": CLIENT_NAME.encode(),
    "not UTF-8": b'{"handle": "\xff\xfe' + CLIENT_NAME.encode("utf-16-le") + b'"}',
    "a list": f'["{CLIENT_NAME}"]'.encode(),
    "an unknown field": f'{{"handle": "H", "{CLIENT_NAME}": 1}}'.encode(),
    "a wrong type": f'{{"handle": ["{CLIENT_NAME}"]}}'.encode(),
    "too long": b'{"handle": "' + CLIENT_NAME.encode() * 10 + b'"}',
    "nested deeply": b'{"handle": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_broken_body_is_a_clear_problem_without_its_content(house: House, how: str) -> None:
    desk = await house.desk(house.cast.discloser)
    reply = await _raw(desk, "/cases", BROKEN[how])
    assert (reply.status, reply.reason) == (400, "INVALID_ARGUMENT"), reply.text
    assert reply.body["detail"]
    _has_no_trace(reply)


async def test_a_huge_body_is_refused_whether_announced_or_not(house: House) -> None:
    desk = await house.desk(house.cast.discloser)
    huge = (CLIENT_NAME.encode() + b" ") * 200_000
    announced = await _raw(desk, "/cases", huge)
    assert (announced.status, announced.reason) == (413, "BODY_TOO_LARGE")
    _has_no_trace(announced)
    assert (await desk.get("/cases?page_size=1")).status == 200


async def test_other_kinds_of_bodies_and_missing_keys_are_named(house: House) -> None:
    desk = await house.desk(house.cast.discloser)
    form = await _raw(desk, "/cases", b"handle=H", kind="application/x-www-form-urlencoded")
    assert (form.status, form.reason) == (415, "CONTENT_TYPE_NOT_SUPPORTED")
    keyless = await _raw(desk, "/cases", b'{"handle": "H"}', key="not-a-uuid")
    assert (keyless.status, keyless.reason) == (400, "REPEAT_KEY_REQUIRED")
    elsewhere = await _raw(desk, "/cases", b'{"handle": "H"}', origin="https://elsewhere.example")
    assert (elsewhere.status, elsewhere.reason) == (403, "CROSS_SITE_REQUEST")


async def test_one_hosts_routes_do_not_exist_on_the_other(house: House) -> None:
    story = await house.permitted()
    phone = await house.phone(story.lotsenpass)
    assert (await phone.ask("GET", f"/referrals/{story.referral_id}")).status == 404
    desk = await house.desk(house.cast.discloser)
    assert (await desk.ask("GET", "/consents")).status == 404
    async with httpx.AsyncClient(trust_env=False) as http:
        other = await http.get(f"{house.origin}/api/v1/session", headers={"Host": "elsewhere.example"})
    assert other.status_code == 421


async def _raw(
    desk: Desk, path: str, content: bytes, *, kind: str = "application/json", key: str = "", origin: str = ""
) -> Reply:
    headers = {
        "Content-Type": kind, "X-CSRF-Token": desk.csrf, "Idempotency-Key": key or str(uuid4()),
        "Origin": origin or desk.origin,
    }  # fmt: skip
    response = await desk.http.post(f"{desk.origin}/api/v1{path}", content=content, headers=headers)
    return Reply(response.status_code, response.json(), response.text, response.headers)


def _has_no_trace(reply: Reply) -> None:
    assert not [mark for mark in MARKS if mark in reply.text]
