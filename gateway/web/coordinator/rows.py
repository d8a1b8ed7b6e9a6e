"""The rows of a field group between an entry, a form and what is sent: nothing that was typed is lost on the way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from gateway.api.v1.staff.entry import Entry, EntryPart, EntryRow
from gateway.web.coordinator.fields import GROUPS, ShownField, ShownKind
from gateway.web.forms import Form
from services.common.errors import InvalidArgument

_MANY = {"boxes", "days"}


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row on a form; its fields are named `ROW_ID.FIELD` there."""

    kind: str
    row_id: str
    parent_id: str

    @property
    def sent(self) -> str:
        """As the form carries it."""
        return f"{self.kind} {self.row_id} {self.parent_id}"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the form, one after the other: a heading, a row, or what can be added here."""

    depth: int
    heading: str = ""
    row: FormRow | None = None
    parent_id: str = ""
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else than what was typed."""

    kind: str
    field: str
    typed: str
    now: str


def shown_form(part: EntryPart) -> Form:
    """The form of a group as it stands."""
    values: dict[str, tuple[str, ...]] = {
        "etag": (part.etag,),
        "row": tuple(FormRow(row.kind, row.row_id, row.parent_id).sent for row in _written(part)),
        "known": tuple(row.row_id for row in _written(part)),
    }
    for row in _written(part):
        values |= _values(part.field_group, row)
    return Form(values)


def rows_of(form: Form, group: str) -> list[FormRow]:
    """The rows that a form holds; raises InvalidArgument for one that is none of the group's."""
    rows = []
    for sent in form.texts("row"):
        kind, _, rest = sent.partition(" ")
        row_id, _, parent_id = rest.partition(" ")
        if kind not in GROUPS[group] or not _is_id(row_id) or (parent_id and not _is_id(parent_id)):
            raise InvalidArgument
        rows.append(FormRow(kind, row_id, parent_id))
    return rows


def typed(form: Form, row: FormRow, kind: ShownKind) -> dict[str, str]:
    """The texts of a row's fields as the form holds them."""
    texts = {}
    for name, shown in kind.fields.items():
        values = [value for value in form.texts(f"{row.row_id}.{name}") if value.strip()]
        if shown.control == "days":
            texts[name] = ",".join(values)
        elif shown.control == "boxes":
            texts[name] = ", ".join(sorted(values))
        else:
            texts[name] = values[-1].strip() if values else ""
    return {name: text for name, text in texts.items() if text}


def with_row(form: Form, kind: str, parent_id: str) -> tuple[Form, str]:
    """The form with one more row, and the row's id."""
    row = FormRow(kind, str(uuid4()), parent_id)
    return Form({**form.values, "row": (*form.texts("row"), row.sent)}), row.row_id


def without_row(form: Form, rows: Iterable[FormRow], row_id: str) -> Form:
    """The form without a row and all that belongs to it."""
    gone, kept = {row_id}, list(rows)
    while more := {row.row_id for row in kept if row.parent_id in gone} - gone:
        gone |= more
    return Form({**form.values, "row": tuple(row.sent for row in kept if row.row_id not in gone)})


def blocks_of(group: str, rows: Sequence[FormRow], entry: Entry) -> list[Block]:
    """The form from top to bottom: each row with what belongs to it, and what can be added where."""
    kinds = GROUPS[group]

    def below(parent_kind: str, parent_id: str, depth: int) -> Iterator[Block]:
        for kind in kinds:
            for row in rows:
                if row.kind == kind and row.parent_id == parent_id:
                    yield Block(depth, row=row)
                    yield from below(kind, row.row_id, depth + 1)
        adds = tuple(kind for kind, one in kinds.items() if parent_kind in one.parents and not one.is_fixed)
        if adds:
            yield Block(depth, parent_id=parent_id, adds=adds)

    stands_alone = any("" in one.parents for one in kinds.values())
    found = list(below("", "", 0)) if stands_alone else []
    for kind, parent_id, name in _outside(group, entry):
        if any(row.parent_id == parent_id for row in rows) or (kind == "service" and not stands_alone):
            found += [Block(0, heading=name), *below(kind, parent_id, 0)]
    return found


def differences(form: Form, group: str, part: EntryPart) -> list[Difference]:
    """Where what was typed and what is there now differ, row by row."""
    now = {row.row_id: row.fields for row in part.rows}
    found = []
    for row in rows_of(form, group):
        kind = GROUPS[group][row.kind]
        mine, theirs = typed(form, row, kind), now.get(row.row_id, {})
        found += [
            Difference(row.kind, name, mine.get(name, ""), theirs.get(name, ""))
            for name in kind.fields
            if mine.get(name, "") != theirs.get(name, "")
        ]
    return found


def joined(form: Form, group: str, part: EntryPart) -> Form:
    """What was typed, with the rows that somebody else added meanwhile, ready to be sent over what is there now."""
    known, mine = set(form.texts("known")), {row.row_id for row in rows_of(form, group)}
    rows = _written(part)
    added = [row for row in rows if row.row_id not in known | mine]
    values = {**form.values, "etag": (part.etag,), "known": tuple(row.row_id for row in rows)}
    for row in added:
        values |= _values(group, row)
    values["row"] = (*form.texts("row"), *(FormRow(row.kind, row.row_id, row.parent_id).sent for row in added))
    return Form(values)


def names_of_fields(rows: Sequence[FormRow], group: str) -> dict[str, str]:
    """Names on the form by where the directory says that something is wrong."""
    names = {}
    for number, row in enumerate(rows):
        needed = next(iter(GROUPS[group][row.kind].fields))
        names[f"rows.{number}"] = f"{row.row_id}.{needed}"
        names |= {f"rows.{number}.fields.{name}": f"{row.row_id}.{name}" for name in GROUPS[group][row.kind].fields}
    return names


def fields_of(rows: Sequence[FormRow], group: str) -> dict[str, tuple[ShownKind, ShownField]]:
    """Kind and field by name on the form."""
    kinds = GROUPS[group]
    return {
        f"{row.row_id}.{name}": (kinds[row.kind], shown)
        for row in rows
        for name, shown in kinds[row.kind].fields.items()
    }


def names_of_rows(entry: Entry) -> dict[str, str]:
    """What services, places and people are called, for what belongs to them; of a service at a place both."""
    named = {"service", "location", "partner_contact"}
    rows = [row for part in entry.parts for row in part.rows]
    names = {row.row_id: row.fields.get("name", "") for row in rows if row.kind in named}
    for row in rows:
        if row.kind == "address" and not names.get(row.parent_id):
            names[row.parent_id] = ", ".join(row.fields[name] for name in ("address_1", "city") if row.fields.get(name))
    for row in rows:
        if row.kind == "service_at_location":
            both = (names.get(row.parent_id), names.get(row.location_id))
            names[row.row_id] = ", ".join(name for name in both if name)
    return names


def _written(part: EntryPart) -> list[EntryRow]:
    """The rows of the form: where an agency has one place only, nobody need tell an offer from an offer there."""
    places = {row.location_id for row in part.rows if row.location_id}
    used = {row.parent_id for row in part.rows}
    return [
        row
        for row in part.rows
        if row.kind != "service_at_location" or len(places) > 1 or row.fields or row.row_id in used
    ]


def _values(group: str, row: EntryRow) -> dict[str, tuple[str, ...]]:
    fields: Mapping[str, ShownField] = GROUPS[group][row.kind].fields
    values = {}
    for name, text in row.fields.items():
        if name in fields:
            parts = text.split(",") if fields[name].control in _MANY else [text]
            values[f"{row.row_id}.{name}"] = tuple(part.strip() for part in parts)
    return values


def _outside(group: str, entry: Entry) -> list[tuple[str, str, str]]:
    """Services and places that are no rows of this group, and that its rows may belong to."""
    if group == "services":
        return []
    holders = [("service", entry.part("services"))]
    if group != "contact":
        holders.append(("location", entry.part("contact")))
    names = names_of_rows(entry)
    return [
        (kind, row.row_id, names.get(row.row_id, "")) for kind, part in holders for row in part.rows if row.kind == kind
    ]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
