"""One-time codes of people who log in in several tests: each code counts once, also when the next login is near."""

from __future__ import annotations

import time

from deploy.demo.second_factor import one_time_code
from tests.support.house import PLAN

_SECRETS = {person.username: person.demo_totp for person in PLAN.people}
_used = set[tuple[str, str]]()


def unused_code(username: str) -> str:
    """A code of now, or of the half minute before or after, which Keycloak takes as well; waits when all were used."""
    secret = _SECRETS[username]
    assert secret is not None, f"{username} has no second factor"
    while True:
        now = time.time()
        for at in (now, now + 30, now - 30):
            code = one_time_code(secret, at)
            if (username, code) not in _used:
                _used.add((username, code))
                return code
        time.sleep(1)
