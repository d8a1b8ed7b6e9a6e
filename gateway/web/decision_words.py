"""What her decisions are called on her pages: consents, acts, and questions by what became of them."""

from gateway.web.translations import marked as _

CONSENT_LIFE = {
    "active": _("In force"),
    "withdrawn": _("Taken back"),
    "expired": _("Ended by time"),
    "superseded": _("Replaced by a newer one"),
    "locked": _("Locked"),
}

ACT_KINDS = {
    "granted": _("You permitted something"),
    "refused": _("You said no"),
    "withdrawn": _("Something was taken back"),
    "reduced": _("You permitted less"),
    "confirmed": _("You confirmed what you had said"),
    "reinstated": _("What was taken back is in force again"),
}

REQUEST_STATES = {
    "requested": _("Not answered"),
    "granted": _("You said yes to everything"),
    "partly-granted": _("You said yes to a part"),
    "refused": _("You said no"),
    "expired": _("Ended by time"),
    "cancelled": _("Taken back by the agency"),
}

WITHDRAWAL_PARTS = {
    "outcome": _("The first agency hears whether they could help you"),
    "arrival": _("The first agency hears whether you arrived"),
    "release-forward": _("The first agency may tell them"),
    "release-back": _("They may tell the first agency"),
}
"""Parts of a consent that can be taken back by themselves, beside the categories of the way there."""
