"""What the journey writes about an invented client, chosen so that each piece is recognised wherever it turns up."""

from dataclasses import dataclass

CLIENT_NAME = "Nesrin Al-Hallaqi-Wüstenfeld"
PHONE = "0511 9998877665"
STREET = "Kreuzkrautwinkel 117b"
CONTACT_NOTE = "Nur vormittags anrufen, die Schwägerin hebt sonst ab."
HOUSING_NOTE = "Vier Monatsmieten offen, Räumungsklage der Quellmoor-Wohnbau angedroht."
HEALTH_NOTE = "Nimmt seit dem Frühjahr Quetiazelin wegen Schlafstörungen."
OUTCOME_NOTE = "Ratenplan mit der Quellmoor-Wohnbau unterschrieben, Kündigung zurückgenommen."
SEARCH = "Mietschulden, Arabisch, Braunschweig"


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section of her dossier."""

    fields: dict[str, str]
    note: str

    @property
    def body(self) -> dict[str, object]:
        """As the API takes it."""
        return {"fields": self.fields, "note": self.note}


UNWANTED = "Frau Wiesenrauh aus dem dritten Stock"
"""Somebody whom a client names as one who must not read."""

DOSSIER = {
    "contact": SectionText({"name": CLIENT_NAME, "phone": PHONE, "street": STREET, "town": "Hannover"}, CONTACT_NOTE),
    "housing": SectionText({"situation": "Wohnung der Quellmoor-Wohnbau", "arrears": "2.716,40 €"}, HOUSING_NOTE),
    "health": SectionText({"care-level": "Bescheid der Farnkraut-Liebig-Klinik"}, HEALTH_NOTE),
}

MARKS = (
    CLIENT_NAME, "Al-Hallaqi", PHONE, PHONE.replace(" ", ""), STREET, "Kreuzkrautwinkel", CONTACT_NOTE, "Schwägerin",
    HOUSING_NOTE, "Quellmoor", "2.716,40", HEALTH_NOTE, "Quetiazelin", "Farnkraut", OUTCOME_NOTE, "Ratenplan", SEARCH,
    UNWANTED, "Wiesenrauh",
)  # fmt: skip
"""What no log may hold, in any way of writing it."""
