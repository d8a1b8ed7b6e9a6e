"""Which texts a question is asked in, what she can choose between, and what she was shown in the end."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.common.database import Connection
from services.consent.convert import invalid
from services.consent.errors import TextChanged, TextMissing
from services.consent.model.request import ConsentRequest
from services.consent.model.text import Standing, TextVersion
from services.consent.rules.texts import (
    STANDARD,
    Audience,
    Wording,
    chosen,
    offered,
    one_of_each,
    still_counts,
    subjects_for,
)
from services.consent.store import texts


@dataclass(frozen=True, slots=True)
class Shown:
    """The texts in force in one language and variety, and all that she can choose between."""

    texts: list[TextVersion]
    wordings: tuple[Wording, ...]


class Texts:
    """Texts of requests. `production` leaves out what was invented for a demonstration."""

    def __init__(self, *, production: bool) -> None:
        self._production = production

    async def for_new(self, tx: Connection, asked: ConsentRequest) -> tuple[UUID, ...]:
        """The versions in force for this question as it is asked; TextMissing where there is none."""
        subjects = subjects_for(asked.purposes)
        audience = self._audience(asked)
        versions = await texts.standings(tx, subjects)
        found = offered(versions, subjects, audience).get((asked.language, asked.variety))
        if found is None:
            there = {
                version.subject
                for version in versions
                if audience.may_see(version) and (version.language, version.variety) == (asked.language, asked.variety)
            }
            missing = next(subject for subject in subjects if subject not in there)
            raise TextMissing(
                metadata={"subject": missing, "language": asked.language, "variety": asked.variety},
            )
        return tuple(version.text_version_id for version in found)

    async def in_force(self, tx: Connection, asked: ConsentRequest, language: str, variety: str) -> Shown:
        """What she reads now, in the words that she wants, else in those she was asked in."""
        subjects = subjects_for(asked.purposes)
        choices = offered(await texts.standings(tx, subjects), subjects, self._audience(asked))
        wanted = (language or asked.language, variety or asked.variety)
        found = chosen(choices, wanted, (asked.language, asked.variety))
        return Shown(await texts.get(tx, [version.text_version_id for version in found]), tuple(choices))

    async def beside(self, tx: Connection, asked: ConsentRequest, language: str) -> list[TextVersion]:
        """The same subjects in a second language, for who helps her; empty in hers, and without a whole set."""
        subjects = subjects_for(asked.purposes)
        choices = offered(await texts.standings(tx, subjects), subjects, self._audience(asked))
        found = choices.get((language, STANDARD), ()) if language != asked.language else ()
        return await texts.get(tx, [version.text_version_id for version in found])

    async def still_count(self, tx: Connection, asked: ConsentRequest) -> bool:
        """Whether the question can be answered in the words in which it was asked."""
        versions = await texts.standings(tx, subjects_for(asked.purposes))
        return not self._outdated(asked, _asked_in(asked, versions), versions)

    async def as_shown(
        self, tx: Connection, asked: ConsentRequest, text_version_ids: tuple[UUID, ...]
    ) -> ConsentRequest:
        """The question in the words that she was shown in the end, which the evidence names.

        Raises TextChanged when one of them counts no more, InvalidArgument when they are no set of this question.
        """
        subjects = subjects_for(asked.purposes)
        versions = await texts.standings(tx, subjects)
        if not text_version_ids:
            shown = _asked_in(asked, versions)
        else:
            shown = one_of_each(versions, text_version_ids, subjects)
            if not shown:
                raise invalid("text_version_ids", "one version for each subject, all of one language and variety")
        if changed := self._outdated(asked, shown, versions):
            raise TextChanged(metadata={"subjects": ",".join(version.subject for version in changed)})
        return replace(
            asked,
            language=shown[0].language,
            variety=shown[0].variety,
            text_version_ids=tuple(version.text_version_id for version in shown),
        )

    def _outdated(self, asked: ConsentRequest, shown: list[Standing], versions: list[Standing]) -> list[Standing]:
        audience = self._audience(asked)
        return [version for version in shown if not still_counts(version, versions, audience)]

    def _audience(self, asked: ConsentRequest) -> Audience:
        return Audience(demo=not self._production, with_interpreter=asked.with_interpreter)


def _asked_in(asked: ConsentRequest, versions: list[Standing]) -> list[Standing]:
    by_id = {version.text_version_id: version for version in versions}
    return [by_id[text_version_id] for text_version_id in asked.text_version_ids]
