"""How hits are ordered, all of it: each feature, its weight, and why. `store/search.sql` computes the features.

A hit's score is the sum of feature times weight. The weights are apart by so much that, in a usual question, the order
of importance is: responsible for the place, then about the topic, then near, then the rest as tie-breakers. Equal
scores are ordered by the service's id, so that no order is by chance.

All that fits is ranked where a place was asked for. Without one, of more than a thousand that fit only a thousand are:
those whose entries are best kept (rules/properties.py), among these as they lie in the index, from one corner of the
country to the other. The count then says "at least".

responsible   1 names the place as its area, -1 names other areas only, 0 names none. An agency that is not responsible
              sends people away, however near it is.
topic         1 carries a topic that was named, 0.6 only a narrower one, 0 matched by words only, -1 only a wider one. A
              tag was set on purpose, a word may stand there by chance; who asks for debts means debts, and who does
              something wider may not do this. Where one of several topics will do, the share of them that it serves.
nearness      1 at the place, falling to 0 at the radius, 0 where not known. A protected location has no point.
words         ts_rank of the question, 0 to 1. Names count more than descriptions.
focus         1 divided by the number of its topics, when a topic was asked for. Whoever does one thing knows it best.
room          1 free, -0.5 waiting list, -1 closed, 0 not said or no longer true.
freshness     1 confirmed within a year (rules/freshness.py), 0 never, -1 longer ago. Entries rot; unconfirmed ones rank
              down and stay.
handover      1 takes handovers through Lotsennetz. The next step is then one click.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

WEIGHTS: Mapping[str, float] = {
    "responsible": 40.0,
    "topic": 20.0,
    "nearness": 15.0,
    "words": 5.0,
    "focus": 4.0,
    "room": 3.0,
    "freshness": 2.0,
    "handover": 1.0,
}
"""Weight by feature, in the order in which the search statement takes them."""


def score(features: Mapping[str, float]) -> float:
    """The score of a hit, as the search statement computes it; a test holds the two together."""
    return floor(sum(WEIGHTS[name] * features[name] for name in WEIGHTS) * 1e6 + 0.5) / 1e6
