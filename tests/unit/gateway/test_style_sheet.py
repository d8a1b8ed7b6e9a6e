"""What stays of a style sheet for the pages that use a part of it."""

from __future__ import annotations

import pytest

from gateway.web.style_sheet import narrowed

PAGE = '<p class="kern-btn kern-btn--{{ kind }}">{{ button("primary") }}</p><div class="row">'


@pytest.mark.parametrize(
    ("style", "left"),
    [
        (".row{a:b}.other{a:b}", ".row{a:b}"),
        (".row,.other{a:b}", ".row{a:b}"),
        (".row .other{a:b}.row:not(.other){a:b}", ".row:not(.other){a:b}"),
        (".kern-btn--primary{a:b}.kern-btn--danger{a:b}", ".kern-btn--primary{a:b}"),
        ("p:is(.row,.other) b{a:b}", "p:is(.row,.other) b{a:b}"),
        ("@media print{.other{a:b}}@media print{.row{a:b}}", "@media print{.row{a:b}}"),
        ('@charset "UTF-8";@import "x";@font-face{src:url(x)}p{a:b}', "p{a:b}"),
        (":root{--a:1;--b:2;--c:var(--b)}p{x:var(--a, 3)}", ":root{--a:1}p{x:var(--a, 3)}"),
        ("[data-kern-theme=dark]{a:b}[data-kern-theme=light]{a:b}", "[data-kern-theme=light]{a:b}"),
        ("p{background:url('data:x;{}')}.other{a:b}", "p{background:url('data:x;{}')}"),
        ("p{background:url(data:x;y,{z})}", "p{background:url(data:x;y,{z})}"),
        ("/* .row */ .other{a:b}/* p{} */p{a:b}", "p{a:b}"),
        ("@keyframes turn{from{a:b}to{a:c}}p{a:b}", "@keyframes turn{from{a:b}to{a:c}}p{a:b}"),
    ],
)
def test_rules_stay_that_these_pages_can_use(style: str, left: str) -> None:
    assert narrowed(style, [PAGE]) == left
