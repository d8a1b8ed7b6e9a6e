"""What all bodies share: strict in, exact out."""

import base64
from datetime import UTC, datetime
from typing import Annotated

from google.protobuf.timestamp_pb2 import Timestamp
from lotse.vocabulary.v1 import vocabulary_pb2
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from gateway.field_rules import NOT_IN_VOCABULARY
from services.common.errors import FieldViolation, InvalidArgument
from services.common.protobuf.enums import ProtoEnum, enum_text, enum_value


class Body(BaseModel):
    """A body that is sent here: unknown fields are refused, types are not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A body that is answered."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Answer):
    """A field and the rule it broke."""

    field: str
    message: str


class Problem(Answer):
    """RFC 9457: what happened, and what to do next in `detail`."""

    type: str = Field(examples=["/problems/not-found"])
    title: str
    status: int
    detail: str
    reason: str = Field(description="Stable; see docs/errors.md.", examples=["NOT_FOUND"])
    instance: str | None = Field(None, description="Incident number, where something broke.")
    facts: dict[str, str] | None = None
    errors: list[FieldError] | None = None


Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$", examples=["safe-contact"])]
"""A word of the vocabulary, in lower case with hyphens."""

PlainText = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Any text that the services can keep: no zero byte and, as with every pattern, no half of a surrogate pair."""

Version = Annotated[int, Field(ge=0, le=2_147_483_647)]
"""The number of a version, as large as the services count."""


def _in_utc(value: datetime) -> datetime:
    """The same time; raises ValueError for one that is in no year that there is, seen from Greenwich."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its zone."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["ar"], description="ISO 639-1")]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", description="UUID")]


def word(enum: ProtoEnum, value: int) -> str:
    """The word of an enum value."""
    return enum_text(enum, value)


def words(enum: ProtoEnum, values: list[int]) -> list[str]:
    """The words of enum values."""
    return [enum_text(enum, value) for value in values]


def number(enum: ProtoEnum, text: str, field: str) -> int:
    """The enum value of a word; raises InvalidArgument that names the field."""
    try:
        value: int = enum_value(enum, text)
    except ValueError:
        raise InvalidArgument(violations=[FieldViolation(field, NOT_IN_VOCABULARY)]) from None
    return value


def numbers(enum: ProtoEnum, texts: list[str], field: str) -> list[int]:
    """The enum values of words."""
    return [number(enum, text, f"{field}[{index}]") for index, text in enumerate(texts)]


def decoded(text: str, field: str, rule: str) -> bytes:
    """The bytes of base64; raises InvalidArgument by `rule` for what is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:  # letters that no base64 has, or a wrong length
        raise InvalidArgument(violations=[FieldViolation(field, rule)]) from None


def moment(stamp: Timestamp, *, present: bool = True) -> datetime | None:
    """A time, or None where the field is not set."""
    return stamp.ToDatetime(tzinfo=UTC) if present else None


def category(value: int) -> str:
    """The word of a data category."""
    return enum_text(vocabulary_pb2.DataCategory, value)
