"""The fields of each section of a dossier, in the order of the page. Which there are is for referrals to say."""

from gateway.web.translations import marked as _

SECTIONS: dict[str, dict[str, str]] = {
    "contact": {
        "name": _("Name"),
        "phone": _("Telephone"),
        "email": _("E-mail"),
        "street": _("Street"),
        "postcode": _("Postcode"),
        "town": _("Town"),
    },
    "safe-contact": {
        "channel": _("How to reach her safely"),
        "hours": _("When"),
        "pretext": _("What to say when somebody else answers"),
        "never": _("What never to do"),
    },
    "person": {
        "age-band": _("Age group"),
        "gender": _("Gender"),
        "languages": _("Languages"),
        "literacy": _("Reading and writing"),
    },
    "household": {"adults": _("Adults"), "children": _("Children"), "single-parent": _("Single parent")},
    "residence": {"status": _("Residence status"), "valid-until": _("Valid until")},
    "health": {"disability": _("Disability"), "care-level": _("Care level")},
    "protection": {"in-danger-from": _("In danger from"), "safe-place": _("Safe place")},
    "money": {
        "income": _("Income"),
        "debt": _("Debts"),
        "creditors": _("Creditors"),
        "seizure": _("Seizure"),
    },
    "housing": {
        "situation": _("Situation"),
        "rent": _("Rent"),
        "arrears": _("Arrears"),
        "notice-until": _("Notice to quit until"),
    },
    "work": {"situation": _("Situation"), "qualification": _("Qualification")},
    "religion": {"community": _("Community")},
    "origin": {"country": _("Country")},
    "done-so-far": {"steps": _("Steps")},
    "goals": {"goal": _("Goal"), "until": _("Until")},
    "documents": {"kind": _("Kind")},
}
