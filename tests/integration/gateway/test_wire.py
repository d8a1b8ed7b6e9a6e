"""Bytes that no client would send: paths that climb, heads that end early or lie, and what the log says of them."""

from __future__ import annotations

import json
import re

from gateway.web.assets import address
from tests.integration.gateway.process import Process

ALWAYS = (
    b"content-security-policy: default-src 'none'", b"x-content-type-options: nosniff", b"x-frame-options: DENY",
    b"referrer-policy: same-origin", b"cache-control: no-store", b"cross-origin-opener-policy: same-origin",
)  # fmt: skip
PLANTED = "planted-musterfrau"


def get(running: Process, path: str, *more: str, host: str = "") -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host or running.host}", "Connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def head(answer: bytes) -> dict[str, str]:
    """Headers by lower-case name; a name that comes twice fails."""
    lines = answer.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    names = [name.lower() for name, _ in pairs]
    assert len({*names}) == len([name for name in names if name != "set-cookie"]) + ("set-cookie" in names)
    return {name.lower(): value for name, value in pairs}


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CLIMBS = [
    "../lotse.css", "..%2flotse.css", "%2e%2e/lotse.css", "%2e%2e%2flotse.css", "..%5clotse.css", "..\\lotse.css",
    "....//lotse.css", "%252e%252e%252flotse.css", "..;/lotse.css", "../../../app.py", "..%2f..%2f..%2fapp.py",
    "%2fetc%2fpasswd", "/etc/passwd", "%5c..%5c..%5csettings.py", "lotse.css%00", "%00lotse.css", "lotse.css%00.svg",
    "lotse.css%0a", "lotse.css/", "lotse.css/..", "./lotse.css", "%2e/lotse.css", "LOTSE.CSS", "lotse.css%20",
    "node_modules/@kern-ux/native/package.json", "package.json", "%c0%ae%c0%ae%c0%aflotse.css", "%ff%fe", "",
    "%e2%80%a6/lotse.css", "..%c0%af..%c0%afapp.py", "~root", "..%u2215lotse.css",
]  # fmt: skip


async def test_no_path_leads_out_of_the_assets(running: Process) -> None:
    folder = address("lotse.css").removesuffix("lotse.css")
    assert status(await running.raw(get(running, folder + "lotse.css"))) == 200
    for climb in CLIMBS:
        for host in (running.host, f"localhost:{running.port}"):
            answer = await running.raw(get(running, folder + climb, host=host))
            assert status(answer) == 404, climb
            assert b"root:" not in answer, climb
            assert b"import " not in answer, climb


PATHS = [
    "/../api/v1/session", "/%2e%2e/api/v1/session", "/api/v1/../../livez", "/api/v1/%2e%2e/%2e%2e/livez",
    "//api/v1/session", "/api//v1/session", "/api/v1/session/", "/api%2fv1%2fsession", "/api/v1/session%00",
    "/api/v1/session%0a", "/api/v1/session;x=y", "/api\\v1\\session", "/%5capi%5cv1%5csession", "/API/v1/session",
    "/api/v1/cases/..%2f..%2fsession", "/api/v1/cases/%00", "/api/v1/cases/%2e%2e", "/api/v1/%73ession%2f..",
    "/api/v1/cases/00000000-0000-0000-0000-000000000000%2f..%2f..%2fsession", "/\ufeff".encode().decode("latin-1"),
    "http://elsewhere.example/api/v1/session", "http://127.0.0.1/", "*", "elsewhere.example:443", "/%ff%fe/%00",
]  # fmt: skip


async def test_a_path_means_what_it_says_or_nothing(running: Process) -> None:
    for path in PATHS:
        for accept in ("application/json", "text/html"):
            answer = await running.raw(get(running, path, f"Accept: {accept}"))
            # 401 would be the session itself: no other way of writing leads there.
            assert status(answer) in {400, 404}, (path, answer)
            assert all(line in answer for line in ALWAYS), path


# ── heads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

MALFORMED = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 30 + b"\r\n\r\n",
    "a line break in a header": b"GET /livez HTTP/1.1\r\nHost: {host}\r\nX: a\n" + PLANTED.encode() + b"\r\n\r\n",
    "a carriage return in a header": b"GET /livez HTTP/1.1\r\nHost: {host}\r\nX: a\rb\r\n\r\n",
    "a zero byte in a header": b"GET /livez HTTP/1.1\r\nHost: {host}\r\nX: a\x00b\r\n\r\n",
    "a control character in the path": b"GET /livez\x01 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a blank in the path": b"GET /li vez HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a header without a name": b"GET /livez HTTP/1.1\r\nHost: {host}\r\n: x\r\n\r\n",
    "a blank before the colon": b"GET /livez HTTP/1.1\r\nHost: {host}\r\nX : y\r\n\r\n",
    "two lengths": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length below nothing": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
    "a length that is none": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0x5\r\n\r\n",
    "a length with a sign": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Length: +5\r\n\r\nabcde",
    "a length without end": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Length: "
    + b"9" * 5000
    + b"\r\n\r\n",
    "a foreign coding": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "a chunk that is none": b"POST /api/v1/cases HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + PLANTED.encode() + b"\r\n0\r\n\r\n",
    "a head without end": b"GET /livez HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 20_000,
    "many headers": b"GET /livez HTTP/1.1\r\nHost: {host}\r\n" + b"X: y\r\n" * 5_000,
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "folded headers": b"GET /livez HTTP/1.1\r\n\tfolded: " + PLANTED.encode() + b"\r\nHost: {host}\r\n\r\n",
}


async def test_what_is_no_http_gets_a_problem_with_the_headers_of_every_answer(running: Process) -> None:
    for how, sent in MALFORMED.items():
        answer = await running.raw(sent.replace(b"{host}", running.host.encode()))
        assert answer.startswith(b"HTTP/1.1 400 "), (how, answer)
        headers = head(answer)
        assert headers["content-type"] == "application/problem+json", how
        assert headers["connection"] == "close", how
        assert all(line in answer for line in ALWAYS), how
        assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["reason"] == "INVALID_ARGUMENT", how
        assert PLANTED.encode() not in answer, how


async def test_what_is_no_http_after_a_good_request_costs_only_its_own_connection(running: Process) -> None:
    good = get(running, "/livez").replace(b"Connection: close\r\n", b"")
    answer = await running.raw(good + b"\x00\x01\x02\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400" in answer
    assert status(await running.raw(get(running, "/livez"))) == 200


async def test_a_request_smuggled_into_a_body_is_no_request(running: Process) -> None:
    smuggled = get(running, "/api/v1/openapi.json")
    both = (
        f"POST /api/v1/cases HTTP/1.1\r\nHost: {running.host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(smuggled)}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
    ).encode()
    answer = await running.raw(both + smuggled)
    assert b'"openapi"' not in answer
    assert answer.count(b"HTTP/1.1 ") == 1


# ── what stands in the log ───────────────────────────────────────────────────────────────────────────────────────────

FORGED = '{"event": "forged", "level": "info"}'
BREAKS = ["%0a", "%0d%0a", "%0d", "%00", "%1b%5b31m", "%e2%80%a8", "%c2%85", "%08", "%7f", "%0b", "%0c"]


async def test_nothing_that_is_sent_makes_or_breaks_a_line_of_the_log(running: Process) -> None:
    for broken in BREAKS:
        forged = f"{broken}{FORGED}{broken}".replace('"', "%22").replace(" ", "%20")
        for accept in ("application/json", "text/html"):
            await running.raw(get(running, f"/{PLANTED}{forged}", f"Accept: {accept}"))
            await running.raw(get(running, f"/api/v1/cases/{PLANTED}{forged}?x={forged}", f"Accept: {accept}"))
            await running.raw(get(running, f"/login?return=/{PLANTED}{forged}", f"Accept: {accept}"))
    for header in ("Traceparent", "Accept-Language", "User-Agent", "Cookie", "Authorization", "Idempotency-Key"):
        await running.raw(get(running, "/api/v1/cases", f"{header}: {PLANTED} {FORGED}\t\x9b31m\x85{FORGED}"))
        await running.raw(get(running, "/api/v1/cases", f"{header}: {PLANTED}\n{FORGED}"))
    body = f'{{"text": "{PLANTED}\\n{FORGED}'.encode()
    request = f"POST /api/v1/searches HTTP/1.1\r\nHost: {running.host}\r\nContent-Type: application/json\r\n"
    await running.raw(f"{request}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    await running.raw(f"{PLANTED.upper()} / HTTP/1.1\r\nHost: {running.host}\r\nConnection: close\r\n\r\n".encode())

    lines = await running.said()  # each a JSON object, or this raises
    assert len(lines) > 60
    written = json.dumps(lines, ensure_ascii=False).lower()
    assert PLANTED not in written
    assert "forged" not in written
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", written)


# ── what stands in headers ───────────────────────────────────────────────────────────────────────────────────────────

INJECTIONS = [
    "%0d%0aSet-Cookie:%20x=y", "%0aSet-Cookie:%20x=y", "%0d%0a%0d%0a<h1>x", "%E5%98%8A%E5%98%8DSet-Cookie:%20x=y",
    "%00%0d%0aX:%20y", "\\r\\nSet-Cookie:x=y", "%C4%8D%C4%8ASet-Cookie:%20x=y",
]  # fmt: skip


async def test_nothing_that_is_sent_becomes_a_header(running: Process) -> None:
    for injected in INJECTIONS:
        for answer in await answers_to(running, injected):
            assert status(answer) in {200, 303, 400, 401, 404}, answer
            headers = head(answer)
            assert "x" not in headers
            assert not headers.get("set-cookie", "__Host-").lower().startswith("x")
            assert b"<h1>x" not in answer.split(b"\r\n\r\n", 1)[1]
            if "location" in headers:
                assert headers["location"].startswith(("/", "http://127.0.0.1")), headers["location"]


async def answers_to(running: Process, injected: str) -> list[bytes]:
    """One of each place that puts what was sent into a header."""
    client = f"localhost:{running.port}"
    quoted = injected.replace("%0d", "\\015").replace("%0a", "\\012").replace("%20", " ")
    form = f"back=/{injected}&language=en{injected}".encode()
    posted = (
        f"POST /language HTTP/1.1\r\nHost: {client}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\nConnection: close\r\n\r\n"
    ).encode() + form
    return [
        await running.raw(get(running, f"/login?return=/desk{injected}")),
        await running.raw(get(running, f"/faelle{injected}", "Accept: text/html")),
        await running.raw(get(running, f"/faelle?page_token={injected}", "Accept: text/html")),
        await running.raw(get(running, f"/suche/{injected}", "Accept: text/html")),
        await running.raw(posted),
        await running.raw(get(running, "/", f'Cookie: __Host-form="a{quoted}"', "Accept: text/html", host=client)),
        await running.raw(get(running, "/", f'Cookie: __Host-language="en{quoted}"', "Accept: text/html", host=client)),
        await running.raw(get(running, "/", f"Accept-Language: en{quoted}", "Accept: text/html", host=client)),
    ]
