"""Where a login may lead: to a path of this host and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.paths import local_path

ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "///elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/a\\..\\b",
    "elsewhere.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "/a\r\nSet-Cookie: x=y",
    "\x00/a",
    "",
    " /a",
    "http:/a",
    "/a\u2028b",
    "https:elsewhere.example",
    "https:/elsewhere.example",
    "https:///elsewhere.example",
    "HTTPS://elsewhere.example",
    "//elsewhere.example@staff.test",
    "//staff.test@elsewhere.example",
    "@elsewhere.example",
    ".elsewhere.example",
    "/\\/elsewhere.example",
    "\\/\\/elsewhere.example",
    "/\x0b/elsewhere.example",
    "/\x7f/elsewhere.example",
    "/\xa0/elsewhere.example",
    "/\u202e/elsewhere.example",
    "\t//elsewhere.example",
    "java\nscript:alert(1)",
    "//[::1]/",
    "///",
]


@pytest.mark.parametrize("given_path", ELSEWHERE)
def test_what_could_lead_elsewhere_leads_to_the_start(given_path: str) -> None:
    assert local_path(given_path) == "/"


@pytest.mark.parametrize("given_path", ["/", "/desk", "/referrals/42?box=incoming#top", "/suche/ä"])
def test_a_path_of_this_host_is_kept(given_path: str) -> None:
    assert local_path(given_path) == given_path


@given(st.text(max_size=60))
def test_nothing_that_is_typed_leaves_this_host(text: str) -> None:
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not any(ord(letter) < 32 for letter in path)
