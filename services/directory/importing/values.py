"""One field's text to one value, mended where that is provably right, refused with a reason otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from services.directory.importing.fields import Field, Kind
from services.directory.importing.languages import knows_code
from services.directory.model.reference import Reference

Value = str | int | float | bool | tuple[str, ...] | None

_TRUE = frozenset({"true", "1", "yes", "ja", "wahr", "x"})
NOT_TRUE = frozenset({"false", "0", "no", "nein", "falsch"})
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?://[^\s/?#.]\S*|urn:\S+)", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>()]+@[\w-]+(\.[\w-]+)+")
_DAY = re.compile(r"([+-]?([1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)")
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,4})?")


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that was put right, with what was done; `often`: in so many rows that they are told of together."""

    value: Value
    reason: str
    often: bool = False


class Refused(Exception):
    """A value that cannot be loaded."""

    def __init__(self, reason: str, suggestion: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def convert(text: str, field: Field, reference: Reference) -> Value | Mended:
    """The value of the field's kind; raises Refused."""
    if len(text) > field.longest:
        raise Refused(f"The text is longer than {field.longest} characters.", "Shorten it.")
    if field.kind is Kind.TEXT:
        if field.values and text not in field.values:
            raise Refused("The value is not allowed here.", f"Use one of: {', '.join(sorted(field.values))}.")
        return text
    return _CONVERTERS[field.kind](text, field, reference)


def _boolean(text: str, _: Field, __: Reference) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in NOT_TRUE:
        return False
    raise Refused("This is neither true nor false.", "Use true or false.")


def _integer(text: str, field: Field, _: Reference) -> int:
    try:
        number = float(text)
    except ValueError:
        raise Refused("This is no whole number.", "Use digits only.") from None
    if not number.is_integer() or not field.least <= number <= field.most:
        raise Refused(f"This is no whole number from {field.least} to {field.most}.", "Use digits only.")
    return int(number)


def _degrees(text: str, field: Field, _: Reference) -> float:
    try:
        number = float(text)
    except ValueError:
        raise Refused("This is no number.", "Use digits and a point.") from None
    if not field.least <= number <= field.most:  # this refuses nan and infinity too
        raise Refused("No point on earth has this coordinate.", "Use degrees in WGS 84, for instance 52.37.")
    return number


def _amount(text: str, _: Field, __: Reference) -> str:
    try:
        if _AMOUNT.fullmatch(text):
            return str(Decimal(text))
    except InvalidOperation:
        pass
    raise Refused(
        "This is no amount of money.", "Use digits and a point, for instance 12.50; the currency stands apart."
    )


def _currency(text: str, _: Field, __: Reference) -> str:
    code = text.upper()
    if re.fullmatch("[A-Z]{3}", code):
        return code  # HSDS's own example writes gbp
    raise Refused("This is no currency.", "Use three letters of ISO 4217, for instance EUR.")


def _date(text: str, _: Field, __: Reference) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Refused("This is no date.", "Use ISO 8601, for instance 2026-11-24.") from None


def _time(text: str, _: Field, __: Reference) -> str:
    try:
        return time.fromisoformat(text.removesuffix("Z")).isoformat()
    except ValueError:
        raise Refused("This is no time of day.", "Use ISO 8601, for instance 09:30.") from None


def _timestamp(text: str, _: Field, __: Reference) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("This is no date and time.", "Use ISO 8601, for instance 2026-11-24T09:30:00Z.") from None
    if moment.tzinfo is None:
        raise Refused("The time has no time zone.", "Add Z or an offset, for instance 2026-11-24T09:30:00Z.")
    return moment.isoformat()


def german_postcode(text: str) -> str | Mended:
    """Five digits; raises Refused."""
    digits = re.sub(r"^D(E)?[- ]", "", text.strip().upper())
    if re.fullmatch(r"[0-9]{5}", digits):
        return digits
    if re.fullmatch(r"[1-9][0-9]{3}", digits):
        return Mended("0" + digits, "The postcode had lost its leading zero.")
    raise Refused("This is no German postcode.", "Use five digits; outside Germany give the country, for instance US.")


def _language(text: str, _: Field, reference: Reference) -> str | Mended:
    if text in reference.languages or knows_code(text):
        return text
    code = reference.language_names.get(text.casefold())
    if code is None:
        raise Refused("The language is not known.", "Use an ISO 639 code, for instance ar.")
    return Mended(code, "The language's name was replaced by its code.")


def _district(text: str, _: Field, reference: Reference) -> str:
    if text not in reference.districts:
        raise Refused("There is no such district.", "Use the five digits of the AGS, for instance 03241.")
    return text


def _state(text: str, _: Field, reference: Reference) -> str:
    if text not in reference.states:
        raise Refused("There is no such Land.", f"Use one of: {', '.join(sorted(reference.states))}.")
    return text


def _topic(text: str, _: Field, reference: Reference) -> str:
    if text not in reference.topics:
        raise Refused("The topic is not in lotse-themen.", "See services/directory/topics for the slugs.")
    return text


def _words(text: str, field: Field, _: Reference) -> tuple[str, ...]:
    words = {word.strip() for word in text.split(",") if word.strip()}
    if unknown := sorted(words - field.values):
        raise Refused(f"{unknown[0][:60]} is not allowed here.", f"Use some of: {', '.join(sorted(field.values))}.")
    return tuple(sorted(words))


def _url(text: str, _: Field, __: Reference) -> str | Mended:
    if _ADDRESS.fullmatch(text):
        return text
    if _HOST.fullmatch(text):
        return Mended(
            f"https://{text}", "The web address did not begin with https://, which was put before it.", often=True
        )
    raise Refused("This is no web address.", "Use one address, for instance https://example.org.")


def _email(text: str, _: Field, __: Reference) -> str | Mended:
    bare = text.removeprefix("mailto:")
    if not _EMAIL.fullmatch(bare):
        raise Refused("This is no e-mail address.", "Use one address, for instance name@example.org.")
    return text if bare == text else Mended(bare, "mailto: was taken off the e-mail address.")


def _days(text: str, _: Field, __: Reference) -> str:
    days = [part.strip().upper() for part in text.split(",")]
    if not all(_DAY.fullmatch(day) for day in days):
        raise Refused("These are no days of an RRULE.", "Use MO to SU, in a month also 1MO or -1FR, parted by commas.")
    return ",".join(days)


def _numbers(text: str, field: Field, _: Reference) -> str:
    parts = [part.strip().removeprefix("+") for part in text.split(",")]
    if not all(re.fullmatch("-?[1-9][0-9]{0,2}", part) and abs(int(part)) <= field.most for part in parts):
        reason = f"These are no numbers of an RRULE from 1 to {field.most} or -{field.most} to -1."
        raise Refused(reason, "Part them by commas.")
    return ",".join(parts)


def _postcode(text: str, _: Field, __: Reference) -> str | Mended:
    return german_postcode(text)


_CONVERTERS: dict[Kind, Callable[[str, Field, Reference], Value | Mended]] = {
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DEGREES: _degrees,
    Kind.AMOUNT: _amount,
    Kind.CURRENCY: _currency,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.TIMESTAMP: _timestamp,
    Kind.POSTCODE: _postcode,
    Kind.LANGUAGE: _language,
    Kind.DISTRICT: _district,
    Kind.STATE: _state,
    Kind.TOPIC: _topic,
    Kind.WORDS: _words,
    Kind.URL: _url,
    Kind.EMAIL: _email,
    Kind.DAYS: _days,
    Kind.NUMBERS: _numbers,
}
