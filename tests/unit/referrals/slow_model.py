"""The states of a referral once more, copied row by row from the table of the design and from nothing else.

What a reinstatement leads to depends on the state before the withdrawal, which no sentence knows.

It knows no table of transitions: it is a list of sentences, and something may be done when one of them says so.
"""

from __future__ import annotations

SENTENCES = """
discloser may discard draft becoming discarded
discloser may send draft becoming offered
discloser may recall offered becoming recalled
discloser may recall accepted becoming recalled
discloser may recall in-progress becoming recalled
recipient may accept offered becoming accepted
recipient may decline offered becoming declined
recipient may start accepted becoming in-progress
recipient may return accepted becoming returned
recipient may return in-progress becoming returned
recipient may complete in-progress becoming completed
system may expire offered becoming expired
system may withdraw offered becoming withdrawn
system may withdraw accepted becoming withdrawn
system may withdraw in-progress becoming withdrawn
system may withdraw completed becoming withdrawn
system may reinstate withdrawn becoming withdrawn
discloser may update draft becoming draft
recipient may assign accepted becoming accepted
recipient may assign in-progress becoming in-progress
recipient may assign completed becoming completed
"""


def becomes(who: str, what: str, state: str) -> str | None:
    for sentence in SENTENCES.strip().splitlines():
        actor, _, action, before, _, after = sentence.split()
        if (actor, action, before) == (who, what, state):
            return after
    return None


def keys_of_the_recipient(history: list[tuple[str, str]]) -> str:
    """What stands with the recipient's keys after these deeds: none, held, due at once, or due by a deletion task.

    `history` holds (deed, state before it).
    """
    keys = "none"
    for what, before in history:
        if what == "send":
            keys = "held"
        elif what in {"decline", "expire", "return"} or (what == "recall" and before == "offered"):
            keys = "due at once"
        elif what in {"withdraw", "recall"}:
            keys = "due by a task"
    return keys
