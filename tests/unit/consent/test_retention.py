from datetime import UTC, datetime

import pytest

from services.consent.rules.retention import erasable_from


@pytest.mark.parametrize(
    ("ended", "years", "from_then"),
    [
        ("2026-05-04T12:00:00+00:00", 3, "2029-12-31T23:00:00+00:00"),
        ("2026-12-31T22:59:59+00:00", 3, "2029-12-31T23:00:00+00:00"),
        ("2026-12-31T23:00:00+00:00", 3, "2030-12-31T23:00:00+00:00"),  # already the German new year
        ("2026-05-04T12:00:00+00:00", 1, "2027-12-31T23:00:00+00:00"),
    ],
)
def test_proof_is_kept_for_years_after_the_end_of_the_german_year(ended: str, years: int, from_then: str) -> None:
    assert erasable_from(datetime.fromisoformat(ended), years).astimezone(UTC) == datetime.fromisoformat(from_then)
