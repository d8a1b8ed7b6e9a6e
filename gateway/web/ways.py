"""Words of the ways to decide aloud and on paper, as the vocabulary takes them up."""

from gateway.web.translations import marked as _

EVIDENCE_ROLES = {
    "interpreter": _("Interpreter"),
    "witness": _("Witness"),
    "scan": _("Scan of the paper"),
    "representative": _("Who decides for her"),
    "ground": _("Why a minor decides alone"),
    "read-back": _("Question to check"),
}

EVIDENCE_RELATIONS = {
    "professional": _("by profession"),
    "volunteer": _("as a volunteer"),
    "family": _("of her family"),
}

READ_BACKS = {
    "who-gets-it": _("Who gets what you said yes to?"),
    "what-stays": _("What do they not get to know?"),
    "saying-no": _("What happens when you say no?"),
    "taking-back": _("What can you do when you change your mind?"),
}

GRANTOR_GROUNDS = {
    "guardian": _("a guardian"),
    "legal-carer": _("a legal carer"),
    "parents": _("her parents"),
}

GRANTOR_ASSENTS = {
    "not-asked": _("not asked"),
    "given": _("wants it too"),
    "refused": _("does not want it"),
}

WAYS = {
    "evidence_role": EVIDENCE_ROLES,
    "evidence_relation": EVIDENCE_RELATIONS,
    "read_back": READ_BACKS,
    "grantor_ground": GRANTOR_GROUNDS,
    "grantor_assent": GRANTOR_ASSENTS,
}
