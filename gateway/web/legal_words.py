"""What the words of law and proof are called: acts without consent, the ledger, the record of processing."""

from gateway.web.translations import marked as _

ENTRY_KINDS = {
    "granted": _("Consents given"),
    "revised": _("Consents changed"),
    "refused": _("Requests refused"),
    "conference": _("Questions about a case conference"),
    "evidenced": _("Pieces of evidence of decisions with help"),
    "withdrawn": _("Withdrawals"),
    "reinstated": _("Withdrawals taken back"),
    "acknowledged": _("Steps after a withdrawal"),
    "kept": _("Objections that keep single categories"),
    "disclosed": _("Disclosures"),
    "exported": _("Exports of the evidence"),
    "acted": _("Acts without consent"),
    "reviewed": _("Second looks at such acts"),
    "objected": _("Objections to such acts"),
    "erased": _("Erasures"),
}
"""Kinds of entries in the ledger of consent."""

REQUEST_OUTCOMES = {
    "granted": _("Yes to all"),
    "partly-granted": _("Yes to a part"),
    "refused": _("No"),
    "expired": _("No answer"),
    "cancelled": _("Cancelled by us"),
}

PURPOSES = {
    "handing-over": _("Handing over"),
    "joint-case-work": _("Joint case work"),
    "case-conference": _("Case conference"),
    "advice": _("Advice about the case"),
    "interpreter": _("Interpreter"),
    "evaluation": _("Evaluation of a single case"),
}

PURPOSE_HINTS = {
    "handing-over": _("They take it on or help as well."),
    "joint-case-work": _("You work on it together for a while."),
    "case-conference": _(
        "Draft one referral to each agency that is to take part. The client is shown all of them, and each sees the "
        "others."
    ),
    "advice": _("They advise you. The client stays with you."),
    "interpreter": _("They interpret. They need language, time and place, no sections."),
    "evaluation": _("They find out whether counselling helps. The client is asked apart, once help is decided."),
}

REGIMES = {
    "gdpr": _("General Data Protection Regulation (GDPR)"),
    "kdg": _("Church data-protection law of the Catholic Church (KDG)"),
    "dsg-ekd": _("Church data-protection law of the Protestant Church (DSG-EKD)"),
}

RECORD_DUTIES = {"gdpr": _("Art. 30 GDPR"), "kdg": _("§ 31 KDG"), "dsg-ekd": _("§ 31 DSG-EKD")}
"""Where each law asks for the record of processing activities."""

STATUTORY_GROUNDS = {
    "sgb-viii-8a": _("Child in danger, youth welfare (§ 8a SGB VIII)"),
    "kkg-4": _("Child in danger, people bound to secrecy (§ 4 KKG)"),
    "stgb-34": _("Present danger that cannot be averted otherwise (§ 34 StGB)"),
}

OUTSIDE_CHANNELS = {"phone": _("By telephone or in person"), "paper": _("By letter or fax")}
STATUTORY_CHANNELS = {"network": _("By a referral"), **OUTSIDE_CHANNELS}

RECIPIENT_BODIES = {
    "youth-welfare-office": _("Youth welfare office"),
    "police": _("Police"),
    "court": _("Court"),
    "health-service": _("Hospital, doctor, crisis service"),
    "emergency-service": _("Fire brigade, ambulance"),
    "other-authority": _("Another authority"),
}

NOTICE_WITHHELD = {
    "danger-to-client": _("No, to know would endanger her"),
    "danger-to-others": _("No, it would endanger a child or somebody else"),
    "defeats-purpose": _("No, it would defeat what this is for"),
}

REVIEW_VERDICTS = {"confirmed": _("Confirmed"), "objected": _("Objected")}

WAYS_BACK_OF_AGENCIES = {
    "nothing": _("Nothing"),
    "arrival": _("Whether the client arrived"),
    "outcome": _("Whether the client could be helped"),
}

LEGAL_WORDS = {
    "statutory_ground": STATUTORY_GROUNDS,
    "statutory_channel": STATUTORY_CHANNELS,
    "outside_channel": OUTSIDE_CHANNELS,
    "recipient_body": RECIPIENT_BODIES,
    "notice_withheld": NOTICE_WITHHELD,
    "review_verdict": REVIEW_VERDICTS,
    "entry_kind": ENTRY_KINDS,
    "request_outcome": REQUEST_OUTCOMES,
    "purpose": PURPOSES,
    "purpose_hint": PURPOSE_HINTS,
    "regime": REGIMES,
    "record_duty": RECORD_DUTIES,
    "way_back_of_agencies": WAYS_BACK_OF_AGENCIES,
}
"""By the name under which pages ask for them."""
