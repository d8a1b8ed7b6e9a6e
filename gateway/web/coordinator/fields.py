"""How the rows of an entry look on pages: names, hints and controls. Which there are is for the directory to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.web.translations import marked as _

WHOM_TO_SAY = _("Only partners in Lotsennetz see this.")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field. `control`: line, text, choice, boxes, days, flag, date, time, topic, language, moment.

    `words` names the vocabulary to choose from.
    """

    label: str
    control: str = "line"
    words: str = ""
    hint: str = ""
    is_needed: bool = False
    longest: int = 500


@dataclass(frozen=True, slots=True)
class ShownKind:
    """A kind of row; `parents` as in the directory, "" for the agency itself.

    A fixed one can be neither added nor removed.
    """

    label: str
    fields: Mapping[str, ShownField]
    parents: tuple[str, ...] = ("",)
    is_fixed: bool = False
    hint: str = ""
    named_by: tuple[str, ...] = field(default=())


_NOTE = ShownField(_("Note"))
_LONG = 20_000
_DESCRIPTION = ShownField(_("Description"), "text", longest=_LONG)

GROUPS: Mapping[str, Mapping[str, ShownKind]] = {
    "contact": {
        "organization": ShownKind(
            _("The agency"),
            {
                "name": ShownField(_("Name"), is_needed=True),
                "alternate_name": ShownField(_("Also known as")),
                "description": _DESCRIPTION,
                "email": ShownField(_("E-mail")),
                "website": ShownField(_("Website")),
            },
            is_fixed=True,
        ),
        "location": ShownKind(
            _("Place"),
            {
                "name": ShownField(_("Name")),
                "description": _DESCRIPTION,
                "transportation": ShownField(_("How to get there"), "text", longest=_LONG),
                "state": ShownField(_("Land"), "choice", "land"),
                "protected": ShownField(
                    _("Protected location"),
                    "flag",
                    hint=_("Its address is forgotten at once and for good; only the operator can end protection."),
                ),
            },
            named_by=("name",),
        ),
        "address": ShownKind(
            _("Address"),
            {
                "address_1": ShownField(_("Street and number")),
                "address_2": ShownField(_("Addition")),
                "postal_code": ShownField(_("Postcode"), is_needed=True),
                "city": ShownField(_("Town")),
                "address_type": ShownField(_("Kind of address"), "choice", "address_type"),
            },
            ("location",),
            named_by=("address_1",),
        ),
        "accessibility": ShownKind(
            _("Accessibility"),
            {
                "description": ShownField(_("What there is"), hint=_("For instance: a ramp at the side entrance")),
                "details": ShownField(_("Details"), "text", longest=_LONG),
            },
            ("location",),
        ),
        "phone": ShownKind(
            _("Telephone"),
            {
                "number": ShownField(_("Number"), is_needed=True),
                "extension": ShownField(_("Extension")),
                "description": _NOTE,
            },
            ("", "location", "service"),
            named_by=("number",),
        ),
    },
    "opening-hours": {
        "way_in": ShownKind(
            _("Way in"),
            {"way": ShownField(_("How to come"), "choice", "way_in", is_needed=True), "note": _NOTE},
            ("service",),
            named_by=("way",),
        ),
        "service_at_location": ShownKind(
            _("At this place"),
            {"description": ShownField(_("Note"), hint=_("For instance: second floor, ring twice"), longest=_LONG)},
            ("service",),
            is_fixed=True,
            hint=_("Hours that you add here hold for this offer at this place, instead of those of the offer."),
        ),
        "schedule": ShownKind(
            _("Hours"),
            {
                "byday": ShownField(_("Days"), "days", is_needed=True),
                "opens_at": ShownField(_("From"), "time"),
                "closes_at": ShownField(_("Until"), "time"),
                "freq": ShownField(_("Repeats"), "choice", "frequency"),
                "interval": ShownField(_("Every how many weeks or months"), hint=_("1 means each")),
                "valid_from": ShownField(_("Holds from"), "date"),
                "valid_to": ShownField(_("Holds until"), "date"),
                "description": _NOTE,
            },
            ("service", "way_in", "location", "service_at_location"),
            named_by=("byday",),
        ),
    },
    "services": {
        "service": ShownKind(
            _("Offer"),
            {
                "name": ShownField(_("Name"), is_needed=True),
                "description": _DESCRIPTION,
                "url": ShownField(_("Website")),
                "email": ShownField(_("E-mail")),
                "application_process": ShownField(_("How to apply"), "text", longest=_LONG),
                "eligibility_description": ShownField(_("Conditions"), "text", longest=_LONG),
                "fees_description": ShownField(_("Costs in words"), "text", longest=_LONG),
                "minimum_age": ShownField(_("From the age of")),
                "maximum_age": ShownField(_("Up to the age of")),
                "audiences": ShownField(_("For whom"), "boxes", "audience", hint=_("Nothing chosen: for everybody")),
                "exclusions": ShownField(_("Not for"), "boxes", "exclusion"),
                "exclusions_description": ShownField(_("Not for, in words"), "text", longest=_LONG),
                "interpretation": ShownField(_("Interpreting"), "boxes", "interpretation"),
                "interpretation_services": ShownField(_("Interpreting in words"), "text", longest=_LONG),
                "alert": ShownField(_("What matters just now"), "text", longest=_LONG),
            },
            named_by=("name",),
        ),
        "attribute": ShownKind(
            _("Topic"), {"term": ShownField(_("Topic"), "topic", is_needed=True)}, ("service",), named_by=("term",)
        ),
        "cost_option": ShownKind(
            _("Costs"),
            {
                "option": ShownField(_("What for")),
                "amount": ShownField(_("Amount in euros")),
                "amount_description": _NOTE,
            },
            ("service",),
            named_by=("option",),
        ),
        "required_document": ShownKind(
            _("To bring along"),
            {"document": ShownField(_("What"), is_needed=True)},
            ("service",),
            named_by=("document",),
        ),
    },
    "languages": {
        "language": ShownKind(
            _("Language"),
            {
                "code": ShownField(_("Language"), "language", is_needed=True),
                "level": ShownField(_("How well"), "choice", "language_level"),
                "note": _NOTE,
            },
            ("service",),
            named_by=("code",),
        ),
    },
    "responsibility": {
        "service_area": ShownKind(
            _("Area"),
            {
                "postcode_from": ShownField(_("Postcode, or first of several")),
                "postcode_to": ShownField(_("Last postcode")),
                "district_code": ShownField(_("District"), hint=_("The five digits of its key, such as 03241")),
                "state": ShownField(_("Land"), "choice", "land"),
                "name": ShownField(_("In words")),
            },
            ("service",),
            named_by=("name",),
            hint=_("Postcodes, or a district, or a Land: one of them for each area."),
        ),
    },
    "capacity": {
        "service_capacity": ShownKind(
            _("Room"),
            {
                "state": ShownField(_("Room"), "choice", "capacity"),
                "updated": ShownField(_("Said on"), "moment"),
                "expires_at": ShownField(_("Holds until"), "moment"),
            },
            ("service",),
        ),
        "partner_capacity": ShownKind(
            _("Waiting time"), {"weeks": ShownField(_("Weeks"))}, ("service",), hint=WHOM_TO_SAY
        ),
    },
    "handover": {
        "organization": ShownKind(
            _("Handover through Lotsennetz"),
            {
                "accepts_handover": ShownField(_("We take handovers through Lotsennetz"), "flag"),
                "handover_kinds": ShownField(
                    _("What we take"), "boxes", "referral_kind", hint=_("Nothing chosen: everything")
                ),
            },
            is_fixed=True,
        ),
        "partner_answer_time": ShownKind(
            _("Usual time until we answer"),
            {"hours": ShownField(_("Hours"), is_needed=True)},
            hint=WHOM_TO_SAY,
        ),
        "partner_contact": ShownKind(
            _("Contact person"),
            {
                "name": ShownField(_("Name")),
                "title": ShownField(_("Office")),
                "department": ShownField(_("Department")),
                "email": ShownField(_("E-mail")),
                "phone": ShownField(_("Telephone")),
                "is_deputy": ShownField(_("Stands in when others are away"), "flag"),
            },
            hint=WHOM_TO_SAY,
            named_by=("name",),
        ),
        "partner_phone": ShownKind(
            _("Direct line"),
            {
                "number": ShownField(_("Number"), is_needed=True),
                "extension": ShownField(_("Extension")),
                "description": _NOTE,
            },
            ("partner_contact",),
            hint=WHOM_TO_SAY,
            named_by=("number",),
        ),
    },
}
"""Field groups in the order of the page."""

REPORTED_OF_AGENCY = ("name", "description", "phone", "address", "website", "accessibility", "handover", "notes")
REPORTED_OF_SERVICE = (
    "name", "description", "topics", "audience", "eligibility", "fees", "interpretation", "opening-hours", "languages",
    "responsibility", "capacity",
)  # fmt: skip
"""What an error can be reported of, as the directory takes it."""

_LOGGED_ONLY = {
    "active": _("Kept"),
    "latitude": _("Point on the map"),
    "longitude": _("Point on the map"),
    "postcodes": _("Postcodes"),
    "status": _("State"),
    "legal_status": _("Legal form"),
    "taxonomy_term_id": _("Topic"),
    "available": _("Free places"),
}


def kind_label(kind: str) -> str:
    """What a kind of row is called, to be translated; itself where no page knows it."""
    return next((kinds[kind].label for kinds in GROUPS.values() if kind in kinds), kind)


def field_label(kind: str, name: str) -> str:
    """What a field is called, to be translated; its name where no page knows it."""
    for kinds in GROUPS.values():
        if kind in kinds and name in kinds[kind].fields:
            return kinds[kind].fields[name].label
    return _LOGGED_ONLY.get(name, name)
