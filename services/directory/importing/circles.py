"""Rows that are their own parents."""

from __future__ import annotations

from collections.abc import Mapping


def find_circles(parents: Mapping[str, str]) -> set[str]:
    """The keys that lie on a circle; what only hangs on one is not among them. Every key is looked at once or twice."""
    found: set[str] = set()
    done: set[str] = set()
    for start in parents:
        line: dict[str, int] = {}
        each = start
        while each in parents and each not in done and each not in line:
            line[each] = len(line)
            each = parents[each]
        if each in line:
            found |= {key for key, place in line.items() if place >= line[each]}
        done |= line.keys()
    return found
