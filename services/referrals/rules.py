"""The state machine, the labels that categories always carry, and the fields that each category knows. No I/O."""

from collections.abc import Iterable, Mapping

from services.referrals.model import STATUTORY, Action, SectionVersion, Side, State

TRANSITIONS: Mapping[Action, tuple[Side, frozenset[State], State | None]] = {
    Action.DISCARD: (Side.DISCLOSER, frozenset({State.DRAFT}), State.DISCARDED),
    Action.SEND: (Side.DISCLOSER, frozenset({State.DRAFT}), State.OFFERED),
    Action.RECALL: (
        Side.DISCLOSER, frozenset({State.OFFERED, State.ACCEPTED, State.IN_PROGRESS}), State.RECALLED,
    ),
    Action.ACCEPT: (Side.RECIPIENT, frozenset({State.OFFERED}), State.ACCEPTED),
    Action.DECLINE: (Side.RECIPIENT, frozenset({State.OFFERED}), State.DECLINED),
    Action.START: (Side.RECIPIENT, frozenset({State.ACCEPTED}), State.IN_PROGRESS),
    Action.RETURN: (Side.RECIPIENT, frozenset({State.ACCEPTED, State.IN_PROGRESS}), State.RETURNED),
    Action.COMPLETE: (Side.RECIPIENT, frozenset({State.IN_PROGRESS}), State.COMPLETED),
    Action.EXPIRE: (Side.SYSTEM, frozenset({State.OFFERED}), State.EXPIRED),
    Action.WITHDRAW: (
        Side.SYSTEM,
        frozenset({State.OFFERED, State.ACCEPTED, State.IN_PROGRESS, State.COMPLETED}),
        State.WITHDRAWN,
    ),
    Action.REINSTATE: (Side.SYSTEM, frozenset({State.WITHDRAWN}), None),
    Action.UPDATE: (Side.DISCLOSER, frozenset({State.DRAFT}), None),
    Action.ASSIGN: (Side.RECIPIENT, frozenset({State.ACCEPTED, State.IN_PROGRESS, State.COMPLETED}), None),
}  # fmt: skip
"""Who may do it, from where, and whereto; None where the state stays, or is again that before the withdrawal."""

ENDED = frozenset({State.DECLINED, State.EXPIRED, State.RECALLED, State.RETURNED, State.WITHDRAWN})
"""After these the recipient sees only number and dates."""

READABLE = frozenset({State.ACCEPTED, State.IN_PROGRESS, State.COMPLETED})
"""In these the person assigned may read what was sent, within consent."""

HINT_DAYS = 90
"""For so long a decline says something about an entry in the directory."""

FEWEST_DECLINES = 3
"""Fewer say nothing about an entry, and could be told apart as single referrals."""

ALWAYS_LABELLED: Mapping[str, frozenset[str]] = {
    "residence": frozenset({"residence-status"}),
    "protection": frozenset({"violence"}),
}

FIELDS: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"name", "phone", "email", "street", "postcode", "town"}),
    "safe-contact": frozenset({"channel", "hours", "pretext", "never"}),
    "person": frozenset({"age-band", "gender", "languages", "literacy"}),
    "household": frozenset({"adults", "children", "single-parent"}),
    "residence": frozenset({"status", "valid-until"}),
    "health": frozenset({"disability", "care-level"}),
    "protection": frozenset({"in-danger-from", "safe-place"}),
    "money": frozenset({"income", "debt", "creditors", "seizure"}),
    "housing": frozenset({"situation", "rent", "arrears", "notice-until"}),
    "work": frozenset({"situation", "qualification"}),
    "religion": frozenset({"community"}),
    "origin": frozenset({"country"}),
    "done-so-far": frozenset({"steps"}),
    "goals": frozenset({"goal", "until"}),
    "documents": frozenset({"kind"}),
}


def after(action: Action, side: Side, state: State) -> State | None:
    """The state that follows, or None when this side may not do this now."""
    who, sources, target = TRANSITIONS[action]
    return (target or state) if side is who and state in sources else None


def reinstated(state: State, before: State) -> State | None:
    """The state after a withdrawal of all is taken back, or None where it did not end this referral."""
    ended = after(Action.WITHDRAW, Side.SYSTEM, before) is State.WITHDRAWN
    return before if ended and after(Action.REINSTATE, Side.SYSTEM, state) is not None else None


def possible(side: Side, state: State) -> list[Action]:
    """What a side may do now, in a stable order."""
    return [action for action in TRANSITIONS if after(action, side, state) is not None]


def labels_of(category: str, given: Iterable[str]) -> tuple[str, ...]:
    """The labels of an item: those given and those that its category always carries; sorted."""
    return tuple(sorted(frozenset(given) | ALWAYS_LABELLED.get(category, frozenset())))


def is_kept_back(section: SectionVersion, basis: str) -> bool:
    """Whether a section stays although its category may go: the client cannot permit what another person entrusted.

    § 65 (1) SGB VIII: with that person's consent, or where a law of its own permits it.
    """
    return section.entrusted_by_another and basis != STATUTORY


def unknown_fields(category: str, fields: Iterable[str]) -> list[str]:
    """Field names that this category does not know, sorted."""
    return sorted(set(fields) - FIELDS.get(category, frozenset()))


def keys_end_at_once(action: Action, before: State) -> bool:
    """Whether the recipient's keys end with the transition; after acceptance a deletion task comes first."""
    if action is Action.RECALL:
        return before is State.OFFERED
    return action in {Action.DECLINE, Action.EXPIRE, Action.RETURN}


def needs_deletion_task(action: Action, before: State) -> bool:
    """Whether the recipient must be asked for copies."""
    return action is Action.WITHDRAW or (action is Action.RECALL and before is not State.OFFERED)
