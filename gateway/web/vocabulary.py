"""What the words of the vocabulary are called on pages."""

from gateway.web.decision_words import ACT_KINDS, CONSENT_LIFE, REQUEST_STATES, WITHDRAWAL_PARTS
from gateway.web.explanations import CLIENT_REASONS, REMEDIES
from gateway.web.legal_words import LEGAL_WORDS
from gateway.web.text_words import TEXT_ACTS, TEXT_ROLES, TEXT_STATES, TEXT_SUBJECTS, TEXT_VARIETIES
from gateway.web.translations import marked as _
from gateway.web.ways import WAYS

CATEGORIES = {
    "cover-sheet": _("Cover sheet"),
    "contact": _("Contact"),
    "safe-contact": _("Safe contact"),
    "person": _("Person"),
    "household": _("Household and family"),
    "residence": _("Residence and asylum"),
    "health": _("Health and disability"),
    "protection": _("Violence and protection"),
    "money": _("Money and debt"),
    "housing": _("Housing"),
    "work": _("Work and education"),
    "religion": _("Religion"),
    "origin": _("Origin"),
    "done-so-far": _("What was done so far"),
    "goals": _("Goals and plan"),
    "documents": _("Documents"),
    "arrival": _("Arrival"),
    "outcome": _("Outcome"),
}

CATEGORY_HINTS = {
    "cover-sheet": _("What it is about, in which language, how urgent. No name."),
    "contact": _("Name, telephone, address."),
    "safe-contact": _("How and when somebody can be called without danger."),
    "person": _("Age group, languages, reading and writing."),
    "household": _("Who lives together, children."),
    "residence": _("Residence permit, asylum procedure."),
    "health": _("Illness, disability, medicine. Specially protected."),
    "protection": _("Violence, threats, what protects."),
    "money": _("Income, debts."),
    "housing": _("Flat, rent, notice to quit."),
    "work": _("Work, school, training."),
    "religion": _("Faith. Specially protected."),
    "origin": _("Where somebody comes from. Specially protected."),
    "done-so-far": _("What was tried and agreed."),
    "goals": _("What is to be reached."),
    "documents": _("Letters and forms."),
}

LABELS = {
    "violence": _("Violence"),
    "psychological": _("Mental health"),
    "sexual": _("Sexual health"),
    "hiv": _("HIV"),
    "addiction": _("Addiction"),
    "residence-status": _("Residence status"),
    "sex-life": _("Sex life"),
    "union-membership": _("Union membership"),
    "convictions": _("Convictions"),
}

STATES = {
    "draft": _("Draft"),
    "offered": _("Offered"),
    "accepted": _("Accepted"),
    "in-progress": _("In progress"),
    "completed": _("Completed"),
    "declined": _("Declined"),
    "expired": _("Expired"),
    "recalled": _("Recalled"),
    "returned": _("Returned"),
    "withdrawn": _("Withdrawn"),
    "discarded": _("Discarded"),
}

CONSENT_STATES = {
    "unspecified": _("Not known at the moment"),
    "": _("Not known at the moment"),
    "not-asked": _("The client was not asked yet"),
    "awaiting": _("The client is being asked"),
    "ready": _("The client has agreed"),
    "refused": _("The client has refused"),
}

DECISION_REASONS = {
    "unspecified": _("Not known at the moment"),
    "permitted-by-exception": _("She said yes to it"),
    "permitted-by-base": _("She said yes to everything ordinary"),
    "permitted-way-back": _("She allowed it to go back"),
    "permitted-by-statute": _("A law permits it"),
    "no-active-consent": _("There is no consent yet"),
    "unknown-value": _("The consent does not know it"),
    "other-recipient": _("The consent is for another agency"),
    "purpose-not-permitted": _("Not for this purpose"),
    "person-excluded": _("She excluded this person"),
    "outside-period": _("Outside the time that she allowed"),
    "outside-representation": _("Her representative may not allow it"),
    "not-confirmed": _("She has not confirmed it yet"),
    "denied-by-exception": _("She said no to it"),
    "not-named": _("Specially protected, and she did not name it"),
    "not-permitted": _("She did not say yes to it"),
    "no-secrecy-release": _("She did not release from the duty of secrecy"),
    "no-regime": _("The data-protection law of an agency is not known"),
    "way-back-not-permitted": _("She does not want it to go back"),
    "no-statutory-act": _("No recorded act permits it"),
}

REASONS = {
    "not-eligible": _("Does not meet the conditions"),
    "at-capacity": _("No room"),
    "wrong-place": _("Not responsible for this place"),
    "wrong-language": _("Language is not offered"),
    "no-contact": _("Could not be reached"),
    "duplicate": _("Already known to us"),
    "client-declined": _("The client does not want it"),
    "other": _("Other"),
}

RESULTS = {
    "reached": _("Reached"),
    "helped": _("Helped"),
    "partly": _("Partly helped"),
    "referred-on": _("Referred on"),
    "not-reached": _("Not reached"),
    "client-declined": _("The client does not want it"),
}

STANDINGS = {
    "fresh": _("Confirmed lately"),
    "due": _("Please confirm soon"),
    "unconfirmed": _("Not confirmed for over a year"),
}

REPORT_REASONS = {
    "wrong": _("It is wrong"),
    "outdated": _("It was right once"),
    "missing": _("Something is missing"),
    "closed": _("It does not exist any more"),
}

REPORT_STATES = {"open": _("Open"), "corrected": _("Corrected"), "answered": _("Answered")}

REPORTED_FIELDS = {
    "name": _("Name"),
    "description": _("Description"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "website": _("Website"),
    "accessibility": _("Accessibility"),
    "handover": _("Handover"),
    "notes": _("Notes of partners"),
    "topics": _("Topics"),
    "audience": _("For whom"),
    "eligibility": _("Conditions"),
    "fees": _("Costs"),
    "interpretation": _("Interpreting"),
    "opening-hours": _("Opening hours"),
    "languages": _("Languages"),
    "responsibility": _("Area of responsibility"),
    "capacity": _("Room"),
}

URGENCIES = {"today": _("Today"), "soon": _("Soon"), "normal": _("Normal")}

CAPACITIES = {
    "free": _("Has room"),
    "waiting-list": _("Waiting list"),
    "closed": _("Takes nobody new"),
}

AUDIENCES = {
    "women-only": _("Women and girls only"),
    "men-only": _("Men and boys only"),
    "families": _("Families with children"),
    "single-parents": _("Single parents"),
    "children": _("Children"),
    "young-people": _("Young people up to 27"),
    "older-people": _("Older people"),
    "lgbtiq": _("LGBTIQ people"),
    "migrants": _("People who came from abroad"),
    "refugees": _("Refugees and asylum seekers"),
    "people-with-disabilities": _("People with disabilities"),
    "deaf-people": _("Deaf and hard-of-hearing people"),
    "relatives": _("Relatives"),
    "homeless-people": _("People without a home"),
    "prisoners": _("People in prison or just out of it"),
    "sex-workers": _("Sex workers"),
    "students": _("Students and trainees"),
    "employees": _("Employees"),
}

WAYS_IN = {
    "walk-in": _("Without an appointment"),
    "appointment": _("By appointment"),
    "phone": _("By telephone"),
    "chat": _("Chat"),
    "video": _("Video call"),
    "home-visit": _("The counsellor comes home"),
    "accompanied": _("The counsellor comes along"),
    "outreach": _("The counsellor is where people are"),
}

INTERPRETATIONS = {
    "none": _("No interpreting"),
    "arranged": _("Interpreter is arranged"),
    "video-interpreter": _("Interpreter by video"),
}

LANGUAGE_LEVELS = {"basic": _("a little"), "fluent": _("fluent"), "native": _("mother tongue")}

FIELD_GROUPS = {
    "contact": _("Telephone and address"),
    "opening-hours": _("Opening hours"),
    "services": _("What it offers"),
    "languages": _("Languages"),
    "responsibility": _("Responsible for"),
    "capacity": _("Room"),
    "handover": _("Handover"),
}

CONFIRMED_HOW = {"agency": _("by the agency"), "phone": _("by telephone"), "import": _("by an import")}

REFERRAL_KINDS = {
    "refer": _("help beside us"),
    "transfer": _("take over the case"),
    "request": _("ask for a dossier"),
}

FACETS = {
    "topic": _("Topic"),
    "language": _("Language"),
    "audience": _("For whom"),
    "way-in": _("How to come"),
    "interpretation": _("Interpreting"),
    "room": _("Room"),
    "handover": _("Handover"),
}

LANDS = {
    "BB": "Brandenburg",
    "BE": "Berlin",
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "HB": "Bremen",
    "HE": "Hessen",
    "HH": "Hamburg",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SH": "Schleswig-Holstein",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}
"""Names of the Länder stand as they call themselves, in every language of the pages."""

WAYS_BACK = {
    "nothing": _("Nothing"),
    "arrival": _("Only whether you arrived"),
    "outcome": _("Whether they could help you"),
}

DISCLOSURE_KINDS = {
    "read": _("read"),
    "send": _("sent"),
    "print": _("printed"),
    "export": _("exported"),
    "download": _("downloaded"),
    "hand-out": _("handed out"),
}

ROLES = {
    "counsellor": _("counsellor"),
    "coordinator": _("coordinator"),
    "data-protection-officer": _("data-protection officer"),
    "outreach": _("outreach counsellor"),
}

OBJECTION_GROUNDS = {
    "treatment-record": _("Record of a treatment (§ 630f BGB)"),
    "bookkeeping": _("Books and vouchers (§ 147 AO)"),
    "funding-proof": _("Proof of how public money was used"),
    "benefit-file": _("File of a social benefit (§ 84 SGB X)"),
    "legal-claim": _("Legal claims"),
}

WITHDRAWAL_ANSWERS = {
    "": _("Not answered"),
    "withdrawn": _("Taken back"),
    "nothing-permitted": _("Found; nothing was permitted"),
    "not-found": _("Not found"),
}

CONTACT_RESULTS = {
    "confirmed": _("It was her, and she wants it so"),
    "not-hers": _("It was not her, or not of her own will"),
    "not-reached": _("She could not be reached safely"),
}

SPOKEN_LANGUAGES = (
    "ar", "bg", "de", "en", "es", "fa", "fr", "it", "ku", "pl", "prs", "ps", "ro", "ru", "sq", "sr", "ti", "tr", "uk",
    "vi",
)  # fmt: skip
"""What somebody may ask for as the language of counselling (ISO 639-1); their names come from Babel."""

EXCLUSIONS = {
    **AUDIENCES,
    "men": _("Men"),
    "women": _("Women"),
    "acute-addiction": _("People in acute addiction"),
    "acute-crisis": _("People in an acute crisis"),
    "own-clients-only": _("Anybody but those we know already"),
}

DAYS = {
    "MO": _("Monday"),
    "TU": _("Tuesday"),
    "WE": _("Wednesday"),
    "TH": _("Thursday"),
    "FR": _("Friday"),
    "SA": _("Saturday"),
    "SU": _("Sunday"),
}
"""Days of the week by their names in schedules."""

FREQUENCIES = {"WEEKLY": _("Weekly"), "MONTHLY": _("Monthly")}

ADDRESS_TYPES = {"physical": _("To come to"), "postal": _("For letters"), "virtual": _("On line")}

ALL = {
    **WAYS,
    **LEGAL_WORDS,
    "day": DAYS,
    "frequency": FREQUENCIES,
    "address_type": ADDRESS_TYPES,
    "standing": STANDINGS,
    "exclusion": EXCLUSIONS,
    "report_reason": REPORT_REASONS,
    "report_state": REPORT_STATES,
    "reported_field": REPORTED_FIELDS,
    "category": CATEGORIES,
    "category_hint": CATEGORY_HINTS,
    "label": LABELS,
    "state": STATES,
    "consent_state": CONSENT_STATES,
    "decision_reason": DECISION_REASONS,
    "remedy": REMEDIES,
    "client_reason": CLIENT_REASONS,
    "reason": REASONS,
    "result": RESULTS,
    "urgency": URGENCIES,
    "capacity": CAPACITIES,
    "audience": AUDIENCES,
    "way_in": WAYS_IN,
    "interpretation": INTERPRETATIONS,
    "language_level": LANGUAGE_LEVELS,
    "field_group": FIELD_GROUPS,
    "confirmed_how": CONFIRMED_HOW,
    "referral_kind": REFERRAL_KINDS,
    "facet": FACETS,
    "land": LANDS,
    "way_back": WAYS_BACK,
    "disclosure_kind": DISCLOSURE_KINDS,
    "role": ROLES,
    "consent_life": CONSENT_LIFE,
    "request_state": REQUEST_STATES,
    "objection_ground": OBJECTION_GROUNDS,
    "withdrawal_part": CATEGORIES | WITHDRAWAL_PARTS,
    "withdrawal_answer": WITHDRAWAL_ANSWERS,
    "contact_result": CONTACT_RESULTS,
    "act_kind": ACT_KINDS,
    "text_subject": TEXT_SUBJECTS,
    "text_state": TEXT_STATES,
    "text_variety": TEXT_VARIETIES,
    "text_act": TEXT_ACTS,
    "text_role": TEXT_ROLES,
}
