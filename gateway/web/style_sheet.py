"""A style sheet with only those rules of another that some templates can use.

A rule stays when every class that its selector needs may come out of the templates. A template names a class as a word,
or in two parts (`kern-btn--{{ kind }}`), of which the second stands somewhere as a word. Variables that no rule uses
go too. What is in doubt stays: a page may weigh a little more, and never look different.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|/\*.*?\*/|[{};()]', re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_FIRST_PART = re.compile(r"([A-Za-z_][\w-]*(?:--|__))\{\{")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_VARIABLE = re.compile(r"--[\w-]+")
_USED_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_NESTING = ("@media", "@supports", "@layer", "@container")
_OTHER_THEME = re.compile(r"\[data-kern-theme=[\"']?dark|\.kern-dark")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A prelude with its block, or a statement without one."""

    prelude: str
    body: str | None


def narrowed(style: str, templates: Iterable[str]) -> str:
    """The rules of a style sheet that pages made of these templates can use, for the light theme that they ask for."""
    sources = list(templates)
    words = frozenset(word for source in sources for word in _WORD.findall(source))
    first_parts = frozenset(part for source in sources for part in _FIRST_PART.findall(source))

    def is_used(name: str) -> bool:
        return name in words or any(name.startswith(part) and name[len(part) :] in words for part in first_parts)

    def kept(text: str) -> Iterator[_Rule]:
        for rule in _rules(text):
            if rule.body is None:
                continue  # @charset and @import: the page says the one, and nothing is to be fetched beside
            if rule.prelude.startswith("@font-face"):
                continue
            if rule.prelude.startswith(_NESTING):
                if body := "".join(f"{inner.prelude}{{{inner.body}}}" for inner in kept(rule.body)):
                    yield _Rule(rule.prelude, body)
            elif rule.prelude.startswith("@"):
                yield rule
            elif selectors := [one for one in _split(rule.prelude) if _may_match(one, is_used)]:
                yield _Rule(",".join(selectors), rule.body)

    return _without_unused_variables(list(kept(style)))


def _may_match(selector: str, is_used: Callable[[str], bool]) -> bool:
    # What stands in brackets is an alternative or a denial: it keeps no rule and drops none.
    return not _OTHER_THEME.search(selector) and all(is_used(name) for name in _CLASS.findall(_outside(selector)))


def _without_unused_variables(rules: list[_Rule]) -> str:
    """The style sheet of these rules, again and again without declarations that only unused variables had used."""
    text = "".join(f"{rule.prelude}{{{rule.body}}}" for rule in rules)
    while True:
        used = frozenset(_USED_VARIABLE.findall(text))
        shorter = _rewritten(text, used)
        if shorter == text:
            return text
        text = shorter


def _rewritten(text: str, used: frozenset[str]) -> str:
    parts = []
    for rule in _rules(text):
        body = rule.body or ""
        if rule.prelude.startswith(_NESTING):
            body = _rewritten(body, used)
        elif not rule.prelude.startswith("@"):
            body = ";".join(one for one in _declarations(body) if _is_needed(one, used))
        if body:
            parts.append(f"{rule.prelude}{{{body}}}")
    return "".join(parts)


def _is_needed(declaration: str, used: frozenset[str]) -> bool:
    name = declaration.partition(":")[0].strip()
    return bool(declaration) and (_VARIABLE.fullmatch(name) is None or name in used)


def _rules(text: str) -> Iterator[_Rule]:
    """The rules of one level in order; quotation marks and brackets are stepped over."""
    start = opened = depth = brackets = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == "(":
            brackets += 1
        elif mark == ")":
            brackets -= 1
        elif brackets == 0 and mark == "{":
            depth += 1
            if depth == 1:
                opened = token.end()
        elif brackets == 0 and mark == "}":
            depth -= 1
            if depth == 0:
                yield _Rule(_plain(text[start : opened - 1]), text[opened : token.start()])
                start = token.end()
        elif brackets == 0 and mark == ";" and depth == 0:
            yield _Rule(_plain(text[start : token.start()]), None)
            start = token.end()


def _plain(prelude: str) -> str:
    return re.sub(r"/\*.*?\*/", "", prelude, flags=re.DOTALL).strip()


def _declarations(body: str) -> list[str]:
    return [one.strip() for one in _cut(re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL), ";")]


def _split(selectors: str) -> list[str]:
    return [one.strip() for one in _cut(selectors, ",")]


def _cut(text: str, mark: str) -> list[str]:
    """The pieces between marks that stand in no brackets and no quotation marks."""
    pieces, start, brackets = [], 0, 0
    pattern = re.compile(rf'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[()]|{re.escape(mark)}', re.DOTALL)
    for token in pattern.finditer(text):
        if token[0] == "(":
            brackets += 1
        elif token[0] == ")":
            brackets -= 1
        elif token[0] == mark and brackets == 0:
            pieces.append(text[start : token.start()])
            start = token.end()
    return [*pieces, text[start:]]


def _outside(selector: str) -> str:
    """The selector without what stands in brackets, round or square."""
    text, before = selector, ""
    while text != before:
        before, text = text, re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)
    return text
