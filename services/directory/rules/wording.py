"""Why a hit matched, what was mended and what would help, in the reader's language: German, or English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.directory.model.search import Area, Found, Question, Repair, Understood
from services.directory.rules.labels import say_word, say_words
from services.directory.rules.openings import say_moment
from services.directory.rules.vocabulary import Vocabulary

SENTENCES = {
    "topic": ("Thema: {}", "Topic: {}"),
    "wider-subject": ("Allgemeiner: {}; bitte vorher fragen", "More general: {}; ask first"),
    "words": ("Gesuchte Wörter: {}", "Words: {}"),
    "some-words": ("Eines der Wörter: {}", "One of the words: {}"),
    "language": ("Spricht {}", "Speaks {}"),
    "responsible": ("Zuständig für {}", "Responsible for {}"),
    "not-responsible": ("Nennt {} nicht als Gebiet; bitte vorher fragen", "Does not name {} as its area; ask first"),
    "distance": ("{} km von {}", "{} km from {}"),
    "protected": ("Geschützter Ort, nur das Land ist bekannt", "Protected place, only the Land is known"),
    "spelling": ("„{}“ gelesen als „{}“", "“{}” was read as “{}”"),
    "unused": ("Dazu wurde nichts gefunden, danach nicht gesucht: {}", "Nothing was found for this, so left out: {}"),
    "guessed": ("Nicht sicher verstanden, nach dem Sinn gesucht: {}", "Not surely understood, searched by sense: {}"),
    "not-understood": (
        "Das wurde nicht verstanden, hier ist die allgemeine Beratung vor Ort: {}",
        "This was not understood, so here is the general counselling nearby: {}",
    ),
    "nobody": (
        "Dafür wurde niemand gefunden, hier ist die allgemeine Beratung vor Ort: {}",
        "Nobody was found for this, so here is the general counselling nearby: {}",
    ),
    "postcode": ("Postleitzahl {} ergänzt zu {}", "Postcode {} completed to {}"),
    "ambiguous": ("{} genommen; gleichen Namens: {}", "{} taken; of the same name: {}"),
    "unknown-place": ("Der Ort „{}“ ist nicht bekannt", "The place “{}” is not known"),
    "radius": ("Im Umkreis von {} km: {}", "Within {} km: {}"),
    "any-language": ("Ohne die Sprache {}: {}", "Without the language {}: {}"),
    "wider-topic": ("Weiter gefasst, {}: {}", "More widely, {}: {}"),
    "likely-topic": ("Vielleicht geht es um {}: {}", "Perhaps it is about {}: {}"),
    "with-video-interpreter": ("Mit Videodolmetschen: {}", "With video interpreting: {}"),
    "with-arranged": ("Mit Dolmetschen durch die Stelle: {}", "With an interpreter arranged by the agency: {}"),
    "english-instead": ("Stattdessen auf Englisch: {}", "In English instead: {}"),
    "any-audience": ("Auch ohne besonderes Angebot für {}: {}", "Also those not made for {}: {}"),
    "any-age": ("Auch für ein anderes Alter als {}: {}", "Also for another age than {}: {}"),
    "any-way": ("Auch auf anderem Weg als {}: {}", "Also by another way than {}: {}"),
    "any-interpretation": ("Auch ohne {}: {}", "Also without {}: {}"),
    "any-time": ("Auch zu anderen Zeiten: {}", "Also at other times: {}"),
    "at-least": ("mehr als {}", "more than {}"),
    "audience": ("Für {}", "For {}"),
    "age": ("Auch für {} Jahre", "Takes people of {} years"),
    "way-in": ("Zugang: {}", "Way in: {}"),
    "interpretation": ("Verständigung: {}", "Interpreting: {}"),
    "open": ("Geöffnet am {}", "Open on {}"),
    "not-for": ("Nicht für: {}", "Not for: {}"),
    "has-room": ("Nimmt Fälle auf", "Takes cases"),
    "takes-handovers": ("Übergabe über Lotsennetz", "Handover through Lotsennetz"),
    "room": ("Auch Stellen ohne freie Plätze: {}", "Also those without room: {}"),
    "handover": ("Auch Stellen ohne Übergabe über Lotsennetz: {}", "Also those without handover here: {}"),
    "text": ("Ohne die Wörter {}: {}", "Without the words {}: {}"),
    "place": ("In ganz Deutschland: {}", "In all of Germany: {}"),
    "covered": ("Zuständig für {}: {}", "Responsible for {}: {}"),
    "covered-topic": ("Für {} in {} zuständig: {}", "For {} in {} responsible: {}"),
    "uncovered": ("Für {} nennt sich niemand zuständig", "Nobody names {} as its area"),
    "uncovered-topic": ("Für {} in {} nennt sich niemand zuständig", "For {} nobody names {} as its area"),
    "here": ("hier", "here"),
}
MOST_NAMES = 3


def say(kind: str, reader: str, *values: object) -> str:
    """The sentence of a kind, filled."""
    german, english = SENTENCES[kind]
    return (english if reader == "en" else german).format(*values)


def name_area(area: Area, reader: str) -> str:
    """The place with its postcode, or "here" for coordinates."""
    return " ".join(part for part in (area.postcode, area.name) if part) or say("here", reader)


def explain(found: Found, understood: Understood, vocabulary: Vocabulary, reader: str) -> list[tuple[str, str]]:
    """Why a hit matched, as pairs of kind and sentence, the most important first."""
    reasons = []
    area = understood.area
    topics = [slug for slug in found.topics if slug in understood.named_topics]
    if area is not None and found.is_responsible:
        reasons.append(("responsible", say("responsible", reader, name_area(area, reader))))
    if topics:
        labels = ", ".join(vocabulary.label(slug, reader) for slug in topics)
        reasons.append(("topic", say("topic", reader, labels)))
    elif wider := [slug for slug in found.topics if slug in understood.wider_topics]:
        labels = ", ".join(vocabulary.label(slug, reader) for slug in wider)
        reasons.append(("topic", say("wider-subject", reader, labels)))
    words = [word.text for word in understood.words]
    if not topics and not understood.wider_topics.intersection(found.topics):
        stems = frozenset[str]().union(*(concept.stems for concept in understood.concepts))
        words += [piece.text for piece in understood.pieces if vocabulary.stem(piece.text) in stems]
    if words:
        kind = "some-words" if understood.loosened and len(words) > 1 else "words"
        reasons.append(("words", say(kind, reader, ", ".join(words))))
    if understood.languages:
        names = ", ".join(vocabulary.language_name(code, reader) for code in understood.languages)
        reasons.append(("language", say("language", reader, names)))
    if found.protected:
        reasons.append(("distance", say("protected", reader)))
    elif area is not None and found.distance_km is not None:
        reasons.append(("distance", say("distance", reader, round(found.distance_km), name_area(area, reader))))
    if area is not None and found.has_area and not found.is_responsible:
        reasons.append(("not-responsible", say("not-responsible", reader, name_area(area, reader))))
    return reasons


def explain_properties(found: Found, question: Question, at: datetime) -> Iterator[tuple[str, str]]:
    """What else was asked for and fits, and what to be wary of."""
    reader = question.reader
    for kind, asked, offered in (
        ("audience", question.audiences, found.audiences),
        ("way-in", question.ways_in, found.ways_in),
        ("interpretation", question.interpretation, found.interpretation),
    ):
        if fitting := [word for word in offered if word in asked]:
            yield kind, say(kind, reader, say_words(fitting, reader))
    if question.age is not None:
        yield "age", say("age", reader, question.age)
    if question.open_now or question.open_at is not None:
        yield "open", say("open", reader, say_moment(at if question.open_now else question.open_at or at, reader))
    if exclusions := say_exclusions(found.exclusions, found.exclusions_description, reader):
        yield "not-for", say("not-for", reader, exclusions)


def say_exclusions(exclusions: Sequence[str], description: str, reader: str) -> str:
    """Whom a service is not for, to follow "not for"; empty where it says nothing."""
    return "; ".join(part for part in (say_words(exclusions, reader), description) if part)


def say_facet(kind: str, value: str, vocabulary: Vocabulary, reader: str) -> str:
    """The value of a facet in the reader's language."""
    match kind:
        case "topic":
            return vocabulary.label(value, reader) if value in vocabulary.topics else value
        case "language":
            return vocabulary.language_name(value, reader)
        case "room":
            return say("has-room", reader)
        case "handover":
            return say("takes-handovers", reader)
        case _:
            return say_word(value, reader)


def say_repairs(repairs: Sequence[Repair], reader: str) -> list[str]:
    """What was mended, one sentence each."""
    return [say(repair.kind, reader, repair.read, repair.taken) for repair in repairs]


def say_coverage(area: Area, topics: Sequence[str], names: Sequence[str], vocabulary: Vocabulary, reader: str) -> str:
    """Who is responsible for a place and topics; says so when nobody is."""
    place = name_area(area, reader)
    labels = ", ".join(vocabulary.label(slug, reader) for slug in topics)
    shown = ", ".join(names[:MOST_NAMES]) + (f" (+{len(names) - MOST_NAMES})" if len(names) > MOST_NAMES else "")
    if not topics:
        return say("covered", reader, place, shown) if names else say("uncovered", reader, place)
    if names:
        return say("covered-topic", reader, labels, place, shown)
    return say("uncovered-topic", reader, labels, place)
