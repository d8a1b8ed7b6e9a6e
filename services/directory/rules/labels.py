"""The words of the vocabulary as people say them, German and English: groups, ways in, interpreting, facets."""

from __future__ import annotations

from collections.abc import Iterable

LABELS = {
    "women-only": ("Frauen und Mädchen", "women and girls"),
    "men-only": ("Männer und Jungen", "men and boys"),
    "families": ("Familien", "families"),
    "single-parents": ("Alleinerziehende", "single parents"),
    "children": ("Kinder", "children"),
    "young-people": ("junge Menschen", "young people"),
    "older-people": ("ältere Menschen", "older people"),
    "lgbtiq": ("queere Menschen", "LGBTIQ people"),
    "migrants": ("Zugewanderte", "people from abroad"),
    "refugees": ("Geflüchtete", "refugees"),
    "people-with-disabilities": ("Menschen mit Behinderung", "people with disabilities"),
    "deaf-people": ("gehörlose und schwerhörige Menschen", "deaf and hard-of-hearing people"),
    "relatives": ("Angehörige", "relatives"),
    "homeless-people": ("Menschen ohne Wohnung", "people without a home"),
    "prisoners": ("Inhaftierte und Haftentlassene", "people in prison or just released"),
    "sex-workers": ("Menschen in der Sexarbeit", "people in sex work"),
    "students": ("Studierende und Auszubildende", "students and trainees"),
    "employees": ("Beschäftigte", "employees"),
    "men": ("Männer", "men"),
    "women": ("Frauen", "women"),
    "acute-addiction": ("Menschen mit akuter Sucht", "people with acute addiction"),
    "acute-crisis": ("Menschen in akuter Krise", "people in acute crisis"),
    "own-clients-only": ("Menschen von außerhalb der Einrichtung", "people from outside the institution"),
    "walk-in": ("ohne Termin", "walk-in"),
    "appointment": ("mit Termin", "by appointment"),
    "phone": ("telefonisch", "by telephone"),
    "chat": ("schriftlich online", "in writing online"),
    "video": ("per Video", "by video call"),
    "home-visit": ("zu Hause", "home visit"),
    "accompanied": ("mit Begleitung", "accompanied"),
    "outreach": ("aufsuchend", "outreach"),
    "none": ("ohne Dolmetschen", "no interpreting"),
    "arranged": ("Dolmetschen wird organisiert", "interpreting is arranged"),
    "video-interpreter": ("Videodolmetschen", "video interpreting"),
}


def say_word(word: str, reader: str) -> str:
    """The word in the reader's language."""
    german, english = LABELS[word]
    return english if reader == "en" else german


def say_words(words: Iterable[str], reader: str) -> str:
    """Several words, one after the other."""
    return ", ".join(say_word(word, reader) for word in words)
