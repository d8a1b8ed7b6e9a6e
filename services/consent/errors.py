"""Errors of consent that a caller may see."""

from services.common.errors import Code, LotseError


class SecretNotAccepted(LotseError):
    """The access code or pass is wrong, unknown, used, replaced or too old; which of these is not told."""

    reason = "SECRET_NOT_ACCEPTED"
    code = Code.NOT_FOUND
    text = "the code or pass is not accepted"


class SecondSecretNotAccepted(LotseError):
    """The six digits are wrong."""

    reason = "SECOND_SECRET_NOT_ACCEPTED"
    code = Code.INVALID_ARGUMENT
    text = "the second secret is not accepted"


class NamesLocked(LotseError):
    """Too many wrong second secrets; names stay hidden until `retry_after`, everything else works."""

    reason = "NAMES_LOCKED"
    code = Code.RESOURCE_EXHAUSTED
    text = "names are hidden for a day after too many wrong tries"


class SecondSecretMissing(LotseError):
    """This case needs a second secret for a pass, or the pass was taken without one."""

    reason = "SECOND_SECRET_MISSING"
    code = Code.FAILED_PRECONDITION
    text = "a second secret is needed"


class SessionEnded(LotseError):
    """The code was redeemed again, replaced, or the hour is over; typing it anew begins a new session."""

    reason = "SESSION_ENDED"
    code = Code.UNAUTHENTICATED
    text = "this session has ended"


class TextMissing(LotseError):
    """No text that she may be shown is in force; metadata names `subject`, `language` and `variety`."""

    reason = "TEXT_MISSING"
    code = Code.FAILED_PRECONDITION
    text = "there is no text in force in this language"


class HelpNotDecided(LotseError):
    """An evaluator is asked about only once she has decided on help: neither may look like the other's price."""

    reason = "HELP_NOT_DECIDED"
    code = Code.FAILED_PRECONDITION
    text = "she has not decided on help yet"


class EvaluatorHelps(LotseError):
    """The evaluator is an agency that she permitted something for help: what she says now would end that."""

    reason = "EVALUATOR_HELPS"
    code = Code.FAILED_PRECONDITION
    text = "this agency helps her: another one has to evaluate"


class TextChanged(LotseError):
    """What she was shown was retired or says something else now; nothing was decided; metadata names `subjects`."""

    reason = "TEXT_CHANGED"
    code = Code.FAILED_PRECONDITION
    text = "a text that she was shown counts no more"


class DemoTextRefused(LotseError):
    """A text that was invented for a demonstration is refused in production."""

    reason = "DEMO_TEXT_REFUSED"
    code = Code.FAILED_PRECONDITION
    text = "texts for demonstration are refused in production"


class FourEyesNeeded(LotseError):
    """Somebody else has to do it; metadata names `act`: `sign` or `publish`."""

    reason = "FOUR_EYES_NEEDED"
    code = Code.FAILED_PRECONDITION
    text = "whoever wrote a text neither signs nor publishes it"
