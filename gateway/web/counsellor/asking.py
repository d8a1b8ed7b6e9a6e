"""How the form beside a draft says in which words the client is asked, the same for every way to decide."""

from gateway.api.v1.staff.referrals import Question
from gateway.web.forms import Form, body_of


def question_in(form: Form) -> Question:
    """Language, variety, an interpreter's help and further candidates. Raises InvalidArgument naming what is wrong."""
    language, _, variety = form.text("text_language").partition("/")
    return body_of(
        Question,
        {
            "language": language,
            "variety": variety or "standard",
            "with_interpreter": form.has("interpreter", "yes"),
            "further_referral_ids": form.texts("further"),
        },
    )
