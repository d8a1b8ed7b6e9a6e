"""One field's text to one value, mended where that is provably right, refused with a reason otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

import ftfy

from services.directory.importing.tables import Field, Kind
from services.directory.model.reference import Reference

Value = str | int | float | bool | list[str] | None

_SUSPICIOUS = re.compile("[ÃÂÅÄâÐð\x80-\x9f]")
_TRUE = frozenset({"true", "1", "yes", "ja", "wahr", "x"})
NOT_TRUE = frozenset({"false", "0", "no", "nein", "falsch"})


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that was put right, with what was done."""

    value: Value
    reason: str


class Refused(Exception):
    """A value that cannot be loaded."""

    def __init__(self, reason: str, suggestion: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def repair_encoding(text: str) -> str:
    """The text with mojibake undone where the broken bytes prove what they were; otherwise as it is."""
    return ftfy.fix_encoding(text) if _SUSPICIOUS.search(text) else text


def convert(text: str, field: Field, reference: Reference) -> Value | Mended:
    """The value of the field's kind; raises Refused."""
    if len(text) > field.longest:
        raise Refused(f"The text is longer than {field.longest} characters.", "Shorten it.")
    if field.values and field.kind is not Kind.WORDS and text not in field.values:
        raise Refused("The value is not allowed here.", f"Use one of: {', '.join(sorted(field.values))}.")
    match field.kind:
        case Kind.BOOLEAN:
            return _boolean(text)
        case Kind.INTEGER:
            return _integer(text, field)
        case Kind.NUMBER:
            return _number(text)
        case Kind.DATE | Kind.TIME | Kind.TIMESTAMP:
            return _moment(text, field.kind)
        case Kind.POSTCODE:
            return _postcode(text)
        case Kind.LANGUAGE:
            return _language(text, reference)
        case Kind.DISTRICT:
            if text not in reference.districts:
                raise Refused("There is no such district.", "Use the five digits of the AGS, for instance 03241.")
            return text
        case Kind.STATE:
            if text not in reference.states:
                raise Refused("There is no such Land.", f"Use one of: {', '.join(sorted(reference.states))}.")
            return text
        case Kind.TOPIC:
            if text not in reference.topics:
                raise Refused("The topic is not in lotse-themen.", "See services/directory/topics for the slugs.")
            return text
        case Kind.WORDS:
            return _words(text, field.values)
        case Kind.TEXT:
            return text


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in NOT_TRUE:
        return False
    raise Refused("This is neither true nor false.", "Use true or false.")


def _integer(text: str, field: Field) -> int:
    try:
        number = float(text)
    except ValueError:
        raise Refused("This is no whole number.", "Use digits only.") from None
    if not number.is_integer() or not field.least <= number <= field.most:
        raise Refused(f"This is no whole number from {field.least} to {field.most}.", "Use digits only.")
    return int(number)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise Refused("This is no number.", "Use digits and a point.") from None
    if not -180 <= number <= 180:  # the only numbers of the model are degrees; this refuses nan and infinity too
        raise Refused("No point on earth has this coordinate.", "Use degrees in WGS 84, for instance 52.37.")
    return number


def _moment(text: str, kind: Kind) -> str:
    try:
        if kind is Kind.DATE:
            return date.fromisoformat(text[:10]).isoformat()
        if kind is Kind.TIME:
            return time.fromisoformat(text.removesuffix("Z")).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("This is no date or time.", "Use ISO 8601, for instance 2026-11-24 or 09:30.") from None
    if moment.tzinfo is None:
        raise Refused("The time has no time zone.", "Add Z or an offset, for instance 2026-11-24T09:30:00Z.")
    return moment.isoformat()


def _postcode(text: str) -> str | Mended:
    digits = re.sub(r"^D(E)?[- ]", "", text.strip().upper())
    if re.fullmatch(r"\d{5}", digits):
        return digits
    if re.fullmatch(r"[1-9]\d{3}", digits):
        return Mended("0" + digits, "The postcode had lost its leading zero.")
    raise Refused("This is no German postcode.", "Use five digits.")


def _language(text: str, reference: Reference) -> str | Mended:
    if text in reference.languages:
        return text
    code = reference.language_names.get(text.casefold())
    if code is None:
        raise Refused("The language is not known.", "Use an ISO 639 code, for instance ar.")
    return Mended(code, "The language's name was replaced by its code.")


def _words(text: str, values: frozenset[str]) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if unknown := sorted(set(words) - values):
        raise Refused(f"{unknown[0]} is not allowed here.", f"Use some of: {', '.join(sorted(values))}.")
    return sorted(set(words))
