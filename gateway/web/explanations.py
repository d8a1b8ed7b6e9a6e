"""How decisions are explained on pages: to staff what would have to change, to the client in plain words why."""

from gateway.web.translations import marked as _

REMEDIES = {
    "nothing": _("Nothing would change that."),
    "ask": _("It needs her yes to just this. She can be asked."),
    "her-decision": _("Only she can change that. She needs no reason."),
    "wait": _("It opens by itself in time."),
    "confirm": _("It opens once she confirms what she said."),
    "representation": _("Somebody has to decide who may decide this."),
    "second-parent": _("The other parent has to agree too."),
    "colleague": _("A colleague whom she did not exclude can take it on."),
    "operator": _("Something is missing in this installation. Please tell the operator."),
    "statutory-act": _("It needs a recorded act that the law permits."),
    "send": _("She permits it. It has to be sent, or sent again."),
    "name-check": _("She permits it. Your coordinator has to find out first whom she does not want."),
}
"""What would have to change for a yes; nobody is told to talk her into anything."""

CLIENT_REASONS = {
    "permitted-by-exception": _("You said yes to it."),
    "permitted-by-base": _("You said yes to everything ordinary."),
    "permitted-way-back": _("You said that it may go back."),
    "permitted-by-statute": _("A law allows it without your yes."),
    "no-active-consent": _("There is no yes of yours for it."),
    "unknown-value": _("This program does not know it. So it stays hidden."),
    "other-recipient": _("Your yes is for another agency."),
    "purpose-not-permitted": _("You did not say yes to using it for this."),
    "person-excluded": _("You do not want this person to see it."),
    "outside-period": _("The time that you chose is over, or has not begun."),
    "outside-representation": _("Whoever decided for you may not decide this."),
    "not-confirmed": _("You said it aloud and have not confirmed it yet."),
    "denied-by-exception": _("You said no to it."),
    "not-named": _("It is specially protected. You did not say yes to just this."),
    "not-permitted": _("You did not say yes to it, or nobody asked you."),
    "no-secrecy-release": _("You did not release the agency from its duty to keep secrets."),
    "no-regime": _("We do not know which law protects your data there. So nothing goes."),
    "way-back-not-permitted": _("You do not want it to go back."),
    "no-statutory-act": _("No law allows it here."),
}
"""Why something can be seen or not, said to herself."""
