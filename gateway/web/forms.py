"""What a form sent, kept for the page that shows it again, with what is wrong at each field."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import ValidationError
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from gateway.api.v1.schemas import Body
from gateway.errors import RepeatKeyRequired
from gateway.field_rules import broken_rule, rule_text
from services.common.errors import FieldViolation, InvalidArgument

_MOST_FIELDS = 3000
"""An entry with many services is one form; what a form may weigh is bounded by its bytes."""
_MOST_FILES = 1
CSRF_FIELD = "csrf_token"
_KEY_FIELD = "repeat_key"
BodyKind = TypeVar("BodyKind", bound=Body)


class _InMemory(MultiPartParser):
    """Keeps files in memory, which the limit on bodies bounds: a scan never lies on a disk in clear."""

    spool_max_size = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one field."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """Values by name. They can be personal data, so nothing of them is printed."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    faults: tuple[Fault, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Content of files by field; their names and what a browser says of their type are thrown away."""

    @classmethod
    async def of(cls, request: Request) -> Self:
        """What the request sent; raises InvalidArgument when it is no form or has too many fields."""
        if request.headers.get("Content-Type", "").startswith("multipart/form-data"):
            return await cls._with_files(request)
        try:
            text = (await request.body()).decode()
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError:
            raise InvalidArgument from None
        values: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            values[name] = (*values.get(name, ()), _plain(value))
        return cls(values)

    @classmethod
    async def _with_files(cls, request: Request) -> Self:
        values: dict[str, tuple[str, ...]] = {}
        files: dict[str, bytes] = {}
        reading = _InMemory(request.headers, request.stream(), max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
        try:
            sent = await reading.parse()
        except (MultiPartException, ValueError, KeyError):
            raise InvalidArgument from None
        for name, value in sent.multi_items():
            if isinstance(value, str):
                values[name] = (*values.get(name, ()), _plain(value))
            else:
                files[name] = await value.read()
        await sent.close()
        return cls(values, files=files)

    @classmethod
    def showing(cls, **values: str | Iterable[str]) -> Self:
        """A form that shows what is stored already."""
        return cls({name: (value,) if isinstance(value, str) else tuple(value) for name, value in values.items()})

    def text(self, name: str, default: str = "") -> str:
        """The value of a field, without blanks around it."""
        return self.values.get(name, (default,))[-1].strip()

    def texts(self, name: str) -> list[str]:
        """All values of a field, as boxes send them."""
        return list(self.values.get(name, ()))

    def has(self, name: str, value: str) -> bool:
        """Whether a field has this value."""
        return value in self.values.get(name, ())

    def digits(self, name: str) -> str:
        """The value of a field in which only digits count, with those of any script as 0 to 9."""
        return "".join(str(unicodedata.decimal(letter, letter)) for letter in self.text(name))

    def number(self, name: str) -> int:
        """A whole number; raises InvalidArgument that names the field. An empty field is 0."""
        given = self.text(name)
        if given and not (given.isascii() and given.isdigit() and len(given) < 10):
            raise InvalidArgument(violations=[FieldViolation(name, "not-a-number")])
        return int(given or 0)

    @property
    def csrf(self) -> str:
        """The token that proves that the form is ours."""
        return self.text(CSRF_FIELD)

    @property
    def repeat_key(self) -> str:
        """The key under which a second click is the same request; raises RepeatKeyRequired."""
        try:
            return str(UUID(self.text(_KEY_FIELD)))
        except ValueError:
            raise RepeatKeyRequired from None

    def fault_of(self, name: str) -> str:
        """What is wrong at a field, or ""."""
        return next((fault.text for fault in self.faults if fault.field == name), "")

    def with_faults(self, error: InvalidArgument, language: str, names: Mapping[str, str] | None = None) -> "Form":
        """The same, with what an error says; `names` are fields of the request by the names of the form."""
        known = names or {}
        faults = [
            Fault(_name(violation.field, known), rule_text(violation.rule, language)) for violation in error.violations
        ]
        return replace(self, faults=tuple(dict.fromkeys(faults)))


def body_of(kind: type[BodyKind], values: Mapping[str, object]) -> BodyKind:
    """What the JSON API takes, made of a form; raises InvalidArgument that names fields and holds no value."""
    try:
        return kind(**values)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise InvalidArgument(
            violations=[FieldViolation(".".join(str(part) for part in one["loc"]), broken_rule(one)) for one in faults]
        ) from None


def _plain(value: str) -> str:
    """Browsers send line ends of text fields as CRLF."""
    return value.replace("\r\n", "\n").replace("\x00", "�")


def _name(field_path: str, names: Mapping[str, str]) -> str:
    parts = field_path.replace("[", ".").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        if (found := names.get(".".join(parts[:length]))) is not None:
            return found
    return parts[0]
