"""What the words about consent texts are called on pages."""

from gateway.web.translations import marked as _

TEXT_SUBJECTS = {
    "handing-over": _("Handing over"),
    "joint-case-work": _("Joint case work"),
    "case-conference": _("Case conference"),
    "advice": _("Advice about the case"),
    "interpreter": _("Interpreter"),
    "evaluation": _("Evaluation"),
    "your-rights": _("Your rights"),
    "way-back": _("The way back"),
    "secrecy-release": _("Release from secrecy"),
}
"""In the order in which a client reads them."""

TEXT_STATES = {
    "draft": _("Draft"),
    "unreviewed": _("Not reviewed"),
    "reviewed": _("Reviewed, in force"),
    "replaced": _("Replaced"),
    "retired": _("Retired"),
}

TEXT_VARIETIES = {"standard": _("Standard"), "leichte-sprache": _("Leichte Sprache")}

TEXT_ACTS = {
    "written": _("Written"),
    "signed": _("Signed"),
    "published": _("Published"),
    "discarded": _("Discarded"),
    "reviewed": _("Signed after it was published"),
    "retired": _("Retired"),
    "recorded": _("Recording put beside it"),
    "recording-removed": _("Recording removed"),
}

TEXT_ROLES = {"operator": _("Operator"), "data-protection-officer": _("Data-protection officer")}
