"""What the kinds of service of the demo directory add: for whom they are, ways in, costs, papers."""

from __future__ import annotations

from collections.abc import Mapping

AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "mbe": ("migrants",),
    "jmd": ("migrants", "young-people"),
    "asyl": ("refugees",),
    "rueckkehr": ("migrants", "refugees"),
    "sprache": ("migrants", "refugees"),
    "gewalt": ("women-only",),
    "frauenhaus": ("women-only", "children"),
    "notruf": ("women-only",),
    "taeter": ("men-only",),
    "erziehung": ("children", "families"),
    "allein": ("single-parents",),
    "paare": ("families",),
    "jugend": ("young-people",),
    "beruf": ("young-people",),
    "behinderung": ("deaf-people", "people-with-disabilities"),
    "pflege": ("older-people", "relatives"),
    "demenz": ("older-people", "relatives"),
    "queer": ("lgbtiq",),
    "haft": ("prisoners", "relatives"),
    "handel": ("sex-workers",),
    "wohnungslos": ("homeless-people",),
    "kur": ("families", "single-parents"),
    "rente": ("older-people",),
    "arbeit": ("employees",),
}

EXCLUSIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "gewalt": (("men",), "Männer berät die Opferhilfe."),
    "frauenhaus": (("acute-addiction", "men"), "Söhne ab 14 Jahren können nicht mit aufgenommen werden."),
    "schulden": (("acute-crisis",), "Bei einer Räumung in den nächsten Tagen hilft die Wohnungssicherung schneller."),
    "wohnen": (("acute-addiction",), "Voraussetzung ist, dass keine akute Sucht besteht."),
    "seele": (("acute-crisis",), "In einer akuten Krise hilft der Krisendienst."),
    "drogen": (("children",), "Für unter 14-Jährige ist die Erziehungsberatung zuständig."),
    "betreuung": (("own-clients-only",), "Nur für Menschen, die der Verein schon betreut."),
}

OUTREACH = frozenset({"wohnungslos", "drogen", "jugend", "handel"})
HOME_VISITS = frozenset({"pflege", "demenz", "behinderung", "spdi", "betreuung"})
ACCOMPANIES = frozenset({"asyl", "gewalt", "frauenhaus", "mbe", "opfer"})
REMOTE = frozenset({"notruf", "krise", "sucht", "jugend", "queer", "trauer"})

DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "schulden": ("Alle Briefe von Gläubigern, auch ungeöffnete", "Einkommensnachweise der letzten drei Monate"),
    "miete": ("Kündigung oder Mahnung des Vermieters", "Mietvertrag"),
    "sozial": ("Der Bescheid, um den es geht",),
    "rente": ("Rentenversicherungsverlauf",),
    "asyl": ("Aufenthaltsgestattung oder Duldung, wenn es eine gibt",),
    "kur": ("Attest der Arztpraxis",),
    "tafel": ("Nachweis über Bürgergeld, Rente oder geringes Einkommen",),
}

COSTS: Mapping[str, tuple[str, str]] = {
    "paare": ("20.00", "je Gespräch, bei geringem Einkommen weniger"),
    "tafel": ("2.00", "je Einkauf"),
    "sprache": ("0.00", "mit Bewilligung des Bundesamts"),
}

ACCESSIBILITY = (
    "Rollstuhlgerecht, barrierefreies WC im Erdgeschoss",
    "Stufenloser Zugang über den Hof, Aufzug vorhanden",
    "Drei Stufen am Eingang; Beratung im Erdgeschoss auf Anfrage",
)

FUNDERS = ("Land Niedersachsen", "Kommune und Eigenmittel des Trägers", "Bundesamt für Migration und Flüchtlinge")
