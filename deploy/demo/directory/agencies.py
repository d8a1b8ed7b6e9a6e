"""The agencies of the demo directory. All of them are invented; towns, postcodes and districts are real.

One agency is one table row, so that the whole is read at a glance; hence the layout is kept by hand.
"""

# fmt: off
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parent:
    """A legal body above agencies."""

    source_id: str
    name: str
    regime: str


@dataclass(frozen=True)
class Agency:
    """An agency with the kinds of service it offers; `areas` are district codes, empty where none is named."""

    source_id: str
    parent: str
    name: str
    postcode: str
    street: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    accepts: bool = True
    protected: bool = False


PARENTS = (
    Parent("caritas-hannover", "Caritasverband Hannover", "kdg"),
    Parent("caritas-hildesheim", "Caritasverband Hildesheim", "kdg"),
    Parent("caritas-osnabrueck", "Caritasverband Osnabrück-Emsland", "kdg"),
    Parent("skf-hildesheim", "Sozialdienst katholischer Frauen Hildesheim", "kdg"),
    Parent("diakonie-braunschweig", "Diakonie Braunschweiger Land", "dsg-ekd"),
    Parent("diakonie-hannover", "Diakonisches Werk Hannover", "dsg-ekd"),
    Parent("diakonie-goettingen", "Diakonieverband Göttingen-Harz", "dsg-ekd"),
    Parent("diakonie-oldenburg", "Diakonie Oldenburger Land", "dsg-ekd"),
    Parent("awo-hannover", "AWO Region Hannover", "gdpr"),
    Parent("awo-braunschweig", "AWO Bezirk Braunschweig", "gdpr"),
    Parent("awo-weser-ems", "AWO Weser-Ems", "gdpr"),
    Parent("drk-suedost", "DRK Südostniedersachsen", "gdpr"),
    Parent("drk-nord", "DRK Lüneburger Heide", "gdpr"),
)

_HANNOVER = ("03241",)
_BRAUNSCHWEIG = ("03101",)

AGENCIES = (
    # Caritas and other Catholic bodies
    Agency("caritas-hannover-sozialberatung", "caritas-hannover", "Caritas Sozialberatung Hannover", "30159",
           "Musterplatz 1", ("sozial", "schulden", "kur"), ("en", "pl"), _HANNOVER),
    Agency("caritas-hannover-migration", "caritas-hannover", "Caritas Migrationsdienste Hannover", "30171",
           "Beispielweg 12", ("mbe", "asyl", "rueckkehr"), ("ar", "en", "fr", "ru"), _HANNOVER),
    Agency("caritas-hannover-sucht", "caritas-hannover", "Caritas Fachstelle Sucht Hannover", "30451",
           "Lindenallee 7", ("sucht", "drogen"), ("en", "pl", "ru"), _HANNOVER),
    Agency("caritas-hildesheim-beratung", "caritas-hildesheim", "Caritas Beratungszentrum Hildesheim", "31134",
           "Domblick 3", ("sozial", "miete", "schulden", "paare"), ("en", "tr"), ("03254",)),
    Agency("caritas-hildesheim-migration", "caritas-hildesheim", "Caritas Migrationsberatung Hildesheim", "31134",
           "Domblick 5", ("mbe", "jmd", "asyl"), ("ar", "fa", "ku"), ("03254", "03255")),
    Agency("caritas-braunschweig-beratung", "caritas-hildesheim", "Caritas Beratung Braunschweig", "38100",
           "Ägidienhof 4", ("sozial", "erziehung", "schwanger"), ("en", "pl", "es"), ("03101", "03158")),
    Agency("caritas-osnabrueck-schulden", "caritas-osnabrueck", "Caritas Schuldnerberatung Osnabrück", "49074",
           "Hasetor 9", ("schulden", "miete"), ("en", "ru"), ("03404", "03459")),
    Agency("caritas-meppen", "caritas-osnabrueck", "Caritas Beratungshaus Meppen", "49716",
           "Am Emsufer 2", ("sozial", "schulden", "sucht", "mbe"), ("nl", "pl", "ro"), ("03454",)),
    Agency("caritas-nordhorn", "caritas-osnabrueck", "Caritas Beratung Nordhorn", "48529",
           "Vechteweg 18", ("erziehung", "pflege", "sozial"), ("nl",), ("03456",)),
    Agency("skf-hildesheim-schwanger", "skf-hildesheim", "SkF Schwangerenberatung Hildesheim", "31137",
           "Rosenstieg 6", ("schwanger", "allein", "betreuung"), ("en", "ar"), ("03254",)),
    Agency("skf-cloppenburg", "caritas-osnabrueck", "SkF Frauenberatung Cloppenburg", "49661",
           "Marienstieg 1", ("gewalt", "schwanger"), ("pl", "ro"), ("03453", "03460")),
    # Diakonie
    Agency("diakonie-braunschweig-schuldnerberatung", "diakonie-braunschweig",
           "Diakonie Schuldner- und Mietschuldenberatung Braunschweig", "38100", "Klosterhof 8",
           ("miete", "schulden"), ("ar", "en", "tr"), _BRAUNSCHWEIG),
    Agency("diakonie-braunschweig-migration", "diakonie-braunschweig", "Diakonie Migrationsberatung Braunschweig",
           "38102", "Am Park 14", ("mbe", "asyl", "jmd", "sprache"), ("ar", "fa", "ti", "uk"), _BRAUNSCHWEIG),
    Agency("diakonie-wolfenbuettel", "diakonie-braunschweig", "Diakonie Kreisstelle Wolfenbüttel", "38300",
           "Kornmarktgasse 2", ("sozial", "miete", "schwanger", "konflikt"), ("en",), ("03158",)),
    Agency("diakonie-salzgitter", "diakonie-braunschweig", "Diakonie Kreisstelle Salzgitter", "38226",
           "Seeblick 20", ("schulden", "sozial", "sucht"), ("tr", "ru"), ("03102",)),
    Agency("diakonie-goslar", "diakonie-goettingen", "Diakonie Harz Goslar", "38640", "Bergstieg 11",
           ("schulden", "kur", "trauer"), (), ("03153",)),
    Agency("diakonie-hannover-wohnen", "diakonie-hannover", "Diakonie Wohnungslosenhilfe Hannover", "30165",
           "Nordufer 33", ("wohnungslos", "miete", "haft"), ("en", "pl", "ro", "bg"), _HANNOVER),
    Agency("diakonie-hannover-leben", "diakonie-hannover", "Diakonie Lebensberatung Hannover", "30169",
           "Maschblick 5", ("paare", "erziehung", "trauer"), ("en",), _HANNOVER),
    Agency("diakonie-hannover-konflikt", "diakonie-hannover", "Diakonie Schwangerenberatung Hannover", "30163",
           "Listweg 4", ("konflikt", "schwanger"), ("en", "ar", "tr"), _HANNOVER),
    Agency("diakonie-goettingen-schulden", "diakonie-goettingen", "Diakonie Schuldnerberatung Göttingen", "37073",
           "Leineweg 3", ("schulden", "miete", "energie"), ("en", "ar", "fa"), ("03159",)),
    Agency("diakonie-goettingen-asyl", "diakonie-goettingen", "Diakonie Flüchtlingsberatung Göttingen", "37081",
           "Grüne Aue 9", ("asyl", "sprache"), ("ar", "fa", "prs", "ps"), ("03159", "03155")),
    Agency("diakonie-lueneburg", "diakonie-hannover", "Diakonie Beratung Lüneburg", "21335", "Salzgasse 15",
           ("schulden", "sozial", "paare"), ("en",), ("03355",)),
    Agency("diakonie-stade", "diakonie-hannover", "Diakonie Beratung Stade", "21682", "Hansehof 2",
           ("schulden", "sucht", "sozial"), ("ru",), ("03359",)),
    Agency("diakonie-oldenburg-beratung", "diakonie-oldenburg", "Diakonie Beratungsstelle Oldenburg", "26122",
           "Huntestieg 6", ("miete", "schulden", "sozial"), ("en", "ar", "ku"), ("03403", "03458")),
    Agency("diakonie-emden", "diakonie-oldenburg", "Diakonie Seemanns- und Sozialberatung Emden", "26721",
           "Am Delft 1", ("sozial", "sucht", "pflege"), ("en", "nl"), ("03402", "03452")),
    # AWO
    Agency("awo-hannover-beratungszentrum", "awo-hannover", "AWO Beratungszentrum Hannover", "30449",
           "Deisterblick 21", ("schulden", "miete", "allein", "konflikt"), ("en", "tr", "ku"), _HANNOVER),
    Agency("awo-hannover-pflege", "awo-hannover", "AWO Seniorenberatung Hannover", "30625", "Kleefelder Hof 10",
           ("pflege", "rente"), ("tr", "ru"), _HANNOVER),
    Agency("awo-braunschweig-familie", "awo-braunschweig", "AWO Familienzentrum Braunschweig", "38118",
           "Westpark 3", ("erziehung", "allein", "mbe"), ("ar", "tr", "pl"), _BRAUNSCHWEIG),
    Agency("awo-braunschweig-psychiatrie", "awo-braunschweig", "AWO Kontaktstelle Braunschweig", "38106",
           "Nordhof 17", ("seele", "spdi"), ("en",), _BRAUNSCHWEIG),
    Agency("awo-wolfsburg", "awo-braunschweig", "AWO Beratung Wolfsburg", "38440", "Alleringen 8",
           ("mbe", "jmd", "sozial", "pflege"), ("it", "ar", "uk"), ("03103",)),
    Agency("awo-peine", "awo-braunschweig", "AWO Sozialstation und Beratung Peine", "31224", "Stahlweg 2",
           ("sozial", "schulden", "pflege"), ("tr",), ("03157",), accepts=False),
    Agency("awo-wilhelmshaven", "awo-weser-ems", "AWO Beratungsstelle Wilhelmshaven", "26382", "Jadeblick 12",
           ("schulden", "erziehung", "arbeit", "mbe"), ("ru", "ar"), ("03405", "03455")),
    Agency("awo-delmenhorst", "awo-weser-ems", "AWO Integrationszentrum Delmenhorst", "27749", "Wollweg 5",
           ("mbe", "jmd", "sprache"), ("tr", "ku", "ar", "bg"), ("03401",)),
    Agency("awo-leer", "awo-weser-ems", "AWO Beratung Leer", "26789", "Ledahof 3",
           ("sozial", "erziehung", "behinderung"), (), ("03457",)),
    # DRK
    Agency("drk-wolfsburg", "drk-suedost", "DRK Wohnungslosenhilfe Wolfsburg", "38442", "Mühlenfeld 6",
           ("wohnungslos", "tafel"), ("en", "pl", "ro"), ("03103", "03154")),
    Agency("drk-gifhorn", "drk-suedost", "DRK Beratung Gifhorn", "38518", "Allerwiese 1",
           ("pflege", "demenz", "kur", "sozial"), (), ("03151",)),
    Agency("drk-goettingen", "drk-suedost", "DRK Suchdienst und Migration Göttingen", "37085", "Hainholz 14",
           ("mbe", "rueckkehr"), ("en", "ar", "so", "ti"), ("03159",)),
    Agency("drk-celle", "drk-nord", "DRK Beratung Celle", "29221", "Schlossgraben 7",
           ("mbe", "schwanger", "sozial", "tafel"), ("kmr", "ar"), ("03351",)),
    Agency("drk-lueneburg", "drk-nord", "DRK Flüchtlingsberatung Lüneburg", "21337", "Ilmenauufer 2",
           ("asyl", "trauma"), ("fa", "prs", "uk"), ("03355", "03360")),
    Agency("drk-cuxhaven", "drk-nord", "DRK Sozialberatung Cuxhaven", "27472", "Deichtor 4",
           ("sozial", "pflege", "kur"), (), ("03352",), accepts=False),
    # Members of the Paritätische and small associations
    Agency("frauenhaus-harzvorland", "", "Frauenhaus Harzvorland e. V.", "", "", ("frauenhaus",),
           ("en", "ar", "tr", "ru"), (), protected=True),
    Agency("frauen-notruf-hannover", "", "Notruf für Frauen Hannover e. V.", "30161", "Oststieg 2",
           ("notruf", "gewalt"), ("en", "fa"), _HANNOVER),
    Agency("maennerbuero-hannover", "", "Männerbüro Leinetal e. V.", "30453", "Badeweg 9", ("taeter", "paare"), ("en",),
           _HANNOVER),
    Agency("kobra-hannover", "", "Fachstelle Schutzweg Niedersachsen e. V.", "30177", "Eilenriedeblick 30",
           ("handel",), ("bg", "ro", "hu", "en", "th"), ()),
    Agency("aidshilfe-braunschweig", "", "Aidshilfe Okerland e. V.", "38100", "Eulengasse 1", ("hiv", "queer"),
           ("en", "es"), ("03101", "03158", "03102")),
    Agency("queer-oldenburg", "", "Queeres Zentrum Nordwest e. V.", "26121", "Ziegelhof 22", ("queer", "hiv"), ("en",),
           ()),
    Agency("psychosoziales-zentrum", "", "Psychosoziales Zentrum Neubeginn e. V.", "30159", "Steintorhof 3",
           ("trauma", "asyl"), ("ar", "fa", "prs", "ku", "fr", "ti"), ()),
    Agency("eutb-braunschweig", "", "Teilhabe Mittendrin Braunschweig e. V.", "38114", "Ringgleis 40",
           ("behinderung",), ("gsg", "en", "tr"), ("03101", "03158", "03157")),
    Agency("eutb-osnabrueck", "", "Teilhabe Mittendrin Osnabrück e. V.", "49080", "Am Hügel 5", ("behinderung",),
           ("gsg",), ("03404", "03459")),
    Agency("krebs-hannover", "", "Krebsberatung Leineaue e. V.", "30625", "Kliniksteg 1", ("krebs",), ("ru", "tr"), ()),
    Agency("medinetz-goettingen", "", "Gesundheit ohne Papiere Göttingen e. V.", "37073", "Wallstieg 19", ("ohne",),
           ("en", "es", "fr", "ar"), (), accepts=False),
    Agency("opferhilfe-lueneburg", "", "Opferhilfe Heide e. V.", "21335", "Rathausgang 8", ("opfer",), ("en",), ()),
    Agency("antidisk-osnabrueck", "", "Antidiskriminierungsbüro Hase e. V.", "49074", "Friedensgang 4", ("antidisk",),
           ("en", "tr", "ar", "rom"), ()),
    Agency("drobs-hannover", "", "Jugend- und Drogenberatung Leinetor e. V.", "30159", "Leinetor 6",
           ("drogen", "jugend"), ("en", "ru"), _HANNOVER),
    Agency("werkstatt-hildesheim", "", "Lernwerkstatt Innerste e. V.", "31135", "Hafenweg 11",
           ("beruf", "anerkennung", "jugend"), ("ar", "tr"), ("03254",)),
    Agency("arbeit-braunschweig", "", "Arbeitslosenselbsthilfe Oker e. V.", "38104", "Schuntergrund 2",
           ("arbeit", "sozial", "energie"), ("tr",), _BRAUNSCHWEIG, accepts=False),
    Agency("krisendienst-braunschweig", "", "Krisendienst Löwenstadt e. V.", "38102", "Bürgerpark 1",
           ("krise", "seele"), ("en",), _BRAUNSCHWEIG),
    Agency("hospiz-verden", "", "Hospizverein Allermündung e. V.", "27283", "Domgasse 12", ("trauer",), (), ("03361",),
           accepts=False),
    Agency("betreuung-nienburg", "", "Betreuungsverein Mittelweser e. V.", "31582", "Weserwall 3", ("betreuung",), (),
           ("03256",), accepts=False),
    Agency("wohnen-hameln", "", "Mieterhilfe Weserbergland e. V.", "31785", "Rattengang 5", ("wohnen", "miete"),
           ("tr", "pl"), ("03252",)),
)
