"""The kinds of service of the demo directory: what they are called, what they say, which topics they serve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of service."""

    name: str
    description: str
    topics: tuple[str, ...]
    fees: str = "kostenlos"
    minimum_age: int | None = None
    maximum_age: int | None = None


KINDS: dict[str, Kind] = {
    "schulden": Kind(
        "Schuldner- und Insolvenzberatung",
        "Wir ordnen mit Ihnen Briefe und Forderungen, verhandeln mit Gläubigern und begleiten in die Privatinsolvenz.",
        ("schulden", "insolvenz", "energieschulden"),
    ),
    "miete": Kind(
        "Beratung bei Mietschulden und drohendem Wohnungsverlust",
        "Wenn die Miete fehlt oder gekündigt wird: Wir sprechen mit Vermieter und Jobcenter und sichern die Wohnung.",
        ("mietschulden", "wohnungslosigkeit-vermeiden", "schulden"),
    ),
    "sozial": Kind(
        "Allgemeine Sozialberatung",
        "Wir lesen Bescheide mit Ihnen, füllen Anträge aus, schreiben Widersprüche und finden die richtige Stelle.",
        ("sozialrecht", "familienleistungen", "mietschulden"),
    ),
    "rente": Kind(
        "Beratung zu Rente und Grundsicherung",
        "Anträge auf Altersrente, Erwerbsminderungsrente und Grundsicherung im Alter.",
        ("rente", "sozialrecht"),
    ),
    "mbe": Kind(
        "Migrationsberatung für erwachsene Zugewanderte (MBE)",
        "Ankommen, Sprache, Arbeit, Familie: Wir beraten Zugewanderte ab 27 Jahren und ihre Familien.",
        ("migration", "aufenthalt", "sprache"),
        minimum_age=27,
    ),
    "jmd": Kind(
        "Jugendmigrationsdienst (JMD)",
        "Begleitung junger Menschen mit Einwanderungsgeschichte in Schule, Ausbildung und Beruf.",
        ("jugendmigration", "jugendberufshilfe", "anerkennung"),
        minimum_age=12,
        maximum_age=27,
    ),
    "asyl": Kind(
        "Asylverfahrens- und Flüchtlingsberatung",
        "Vorbereitung auf die Anhörung, Klagefristen, Duldung, Unterkunft und Familiennachzug.",
        ("asyl", "aufenthalt", "trauma"),
    ),
    "rueckkehr": Kind(
        "Rückkehr- und Weiterwanderungsberatung",
        "Ergebnisoffene Beratung für Menschen, die freiwillig zurückkehren oder weiterwandern wollen.",
        ("rueckkehr",),
    ),
    "sprache": Kind(
        "Sprach- und Alphabetisierungskurse",
        "Deutsch lernen in kleinen Gruppen, mit Kinderbetreuung am Vormittag.",
        ("sprache",),
    ),
    "sucht": Kind(
        "Fachstelle für Sucht und Suchtprävention",
        "Beratung, ambulante Behandlung und Nachsorge für Betroffene und Angehörige.",
        ("sucht", "alkohol", "drogen", "gluecksspiel"),
    ),
    "drogen": Kind(
        "Jugend- und Drogenberatung",
        "Offene Sprechstunde, Vermittlung in Entgiftung und Therapie, Substitutionsbegleitung.",
        ("drogen", "sucht"),
    ),
    "schwanger": Kind(
        "Schwangerenberatung",
        "Beratung in Schwangerschaft und nach der Geburt, Anträge an die Bundesstiftung Mutter und Kind.",
        ("schwangerschaft", "familienleistungen"),
    ),
    "konflikt": Kind(
        "Schwangerschaftskonfliktberatung",
        "Anerkannte Beratung nach §§ 5 und 6 SchKG mit Bescheinigung, auf Wunsch anonym.",
        ("schwangerschaftskonflikt", "schwangerschaft"),
    ),
    "gewalt": Kind(
        "Beratung bei häuslicher Gewalt (BISS)",
        "Schutz, Sicherheit und nächste Schritte nach Gewalt in Partnerschaft oder Familie, auch anonym.",
        ("haeusliche-gewalt", "opferhilfe"),
    ),
    "frauenhaus": Kind(
        "Frauenhaus",
        "Schutz und Unterkunft für Frauen und ihre Kinder. Aufnahme nach einem Anruf, rund um die Uhr.",
        ("haeusliche-gewalt", "wohnungslosigkeit"),
        fees="nach Einkommen",
        minimum_age=18,
    ),
    "notruf": Kind(
        "Frauennotruf",
        "Beratung nach sexualisierter Gewalt, vertraulich, auf Wunsch mit Begleitung zu Arzt und Gericht.",
        ("sexualisierte-gewalt", "opferhilfe"),
    ),
    "taeter": Kind(
        "Täterarbeit häusliche Gewalt",
        "Gruppen und Einzelgespräche für Männer, die Gewalt beenden wollen.",
        ("taeterarbeit",),
        minimum_age=18,
    ),
    "erziehung": Kind(
        "Erziehungs- und Familienberatung",
        "Für Eltern, Kinder und Jugendliche bei Streit, Sorgen, Schulproblemen und Trennung.",
        ("erziehung", "trennung", "jugend"),
    ),
    "allein": Kind(
        "Beratung für Alleinerziehende",
        "Unterhalt, Betreuung, Geld und Entlastung, mit offenem Frühstück jeden zweiten Donnerstag.",
        ("alleinerziehend", "familienleistungen"),
    ),
    "paare": Kind(
        "Ehe-, Familien- und Lebensberatung",
        "Gespräche für Paare und Einzelne in Krisen und an Wendepunkten.",
        ("paare", "trennung"),
        fees="Spende erbeten",
    ),
    "jugend": Kind(
        "Jugendberatung",
        "Anlaufstelle für junge Menschen: Schule, Eltern, Mobbing, eigene Wohnung.",
        ("jugend", "wohnen"),
        minimum_age=12,
        maximum_age=26,
    ),
    "beruf": Kind(
        "Jugendwerkstatt und Pro-Aktiv-Center",
        "Vom fehlenden Abschluss in die Ausbildung, mit Werkstatt und Bewerbungshilfe.",
        ("jugendberufshilfe", "arbeit"),
        minimum_age=15,
        maximum_age=27,
    ),
    "arbeit": Kind(
        "Beratung bei Arbeitslosigkeit und zu Rechten im Job",
        "Arbeitslosengeld, Lohn, Kündigung und der Weg zurück in Arbeit.",
        ("arbeit", "sozialrecht"),
    ),
    "anerkennung": Kind(
        "Anerkennungs- und Qualifizierungsberatung",
        "Zeugnisse und Berufe aus dem Ausland anerkennen lassen und ergänzen.",
        ("anerkennung", "arbeit"),
    ),
    "behinderung": Kind(
        "Ergänzende unabhängige Teilhabeberatung (EUTB)",
        "Beratung auf Augenhöhe zu Rechten, Assistenz, Hilfsmitteln und Schwerbehindertenausweis.",
        ("behinderung",),
    ),
    "pflege": Kind(
        "Pflege- und Seniorenberatung",
        "Pflegegrad, Pflege zu Hause, Entlastung für Angehörige und Wohnen im Alter.",
        ("pflege",),
    ),
    "demenz": Kind(
        "Demenzberatung",
        "Beratung, Schulung und Gruppen für Angehörige von Menschen mit Demenz.",
        ("pflege", "psychische-gesundheit"),
    ),
    "betreuung": Kind(
        "Betreuungsverein",
        "Rechtliche Betreuung, Begleitung Ehrenamtlicher, Vorsorgevollmacht und Patientenverfügung.",
        ("betreuung",),
    ),
    "seele": Kind(
        "Psychosoziale Beratungs- und Kontaktstelle",
        "Gespräche, Gruppen und Tagesstruktur bei seelischen Belastungen und Erkrankungen.",
        ("psychische-gesundheit",),
    ),
    "spdi": Kind(
        "Sozialpsychiatrischer Dienst (SPDi)",
        "Hilfe in seelischen Krisen, Hausbesuche, Beratung für Betroffene und Angehörige.",
        ("psychische-gesundheit", "suizid"),
    ),
    "krise": Kind(
        "Krisenberatung",
        "Sofort jemand, der zuhört, wenn das Leben unerträglich scheint; auch am Wochenende.",
        ("suizid", "psychische-gesundheit"),
    ),
    "trauma": Kind(
        "Psychosoziales Zentrum für traumatisierte Geflüchtete",
        "Stabilisierung und Therapie nach Krieg, Folter und Flucht mit Sprachmittlung.",
        ("trauma", "psychische-gesundheit"),
    ),
    "trauer": Kind(
        "Trauer- und Hospizberatung",
        "Begleitung beim Sterben und in der Trauer, Gruppen für Kinder und Erwachsene.",
        ("trauer",),
    ),
    "hiv": Kind(
        "Beratung zu HIV und sexueller Gesundheit",
        "Anonymer Test, Beratung und Begleitung.",
        ("hiv",),
    ),
    "queer": Kind(
        "Queere Beratung",
        "Coming-out, Trans- und Interberatung, Regenbogenfamilien, queere Geflüchtete.",
        ("queer", "diskriminierung"),
    ),
    "haft": Kind(
        "Anlaufstelle für Straffällige",
        "Beratung vor und nach der Haftentlassung, Geldstrafe abarbeiten, Hilfe für Angehörige.",
        ("straffaelligkeit", "wohnungslosigkeit"),
    ),
    "opfer": Kind(
        "Opferhilfe und Prozessbegleitung",
        "Nach einer Straftat: Anzeige, Gericht, Entschädigung.",
        ("opferhilfe",),
    ),
    "antidisk": Kind(
        "Antidiskriminierungsberatung",
        "Beratung und Begleitung bei Rassismus und anderer Benachteiligung.",
        ("diskriminierung",),
    ),
    "handel": Kind(
        "Fachstelle gegen Menschenhandel",
        "Schutz und Beratung für Menschen, die zu Arbeit oder Prostitution gezwungen wurden.",
        ("menschenhandel", "aufenthalt"),
    ),
    "wohnungslos": Kind(
        "Tagesaufenthalt und Wohnungslosenhilfe",
        "Postadresse, Dusche, Wäsche, Beratung und der Weg zurück in eine Wohnung.",
        ("wohnungslosigkeit", "wohnungslosigkeit-vermeiden", "lebensmittel"),
    ),
    "wohnen": Kind(
        "Wohnraumberatung",
        "Wohnung suchen, Wohnberechtigungsschein, Mietvertrag verstehen.",
        ("wohnen",),
    ),
    "kur": Kind(
        "Kurberatung",
        "Mutter-Kind-Kur und Vater-Kind-Kur: Antrag, Widerspruch, Nachsorge.",
        ("krankheit", "erziehung"),
    ),
    "krebs": Kind(
        "Krebsberatung",
        "Psychosoziale und sozialrechtliche Beratung für Erkrankte und Angehörige.",
        ("krankheit",),
    ),
    "ohne": Kind(
        "Medizinische Beratung ohne Versicherung",
        "Anonymer Krankenschein und Clearing für Menschen ohne Krankenversicherung.",
        ("krankheit", "aufenthalt"),
    ),
    "tafel": Kind(
        "Lebensmittelausgabe und Kleiderkammer",
        "Essen, Kleidung und Hausrat für Menschen mit wenig Geld.",
        ("lebensmittel",),
    ),
    "energie": Kind(
        "Strom- und Heizkostenberatung",
        "Bei Stromsperre, Nachzahlung und zum Sparen von Energie.",
        ("energieschulden",),
    ),
}
