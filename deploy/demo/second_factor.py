"""One-time codes of the people of the demonstration, as an app on a phone makes them (RFC 6238)."""

import hashlib
import hmac
import time

_PERIOD = 30
_DIGITS = 6


def one_time_code(secret: str, at: float | None = None) -> str:
    """The code of this time, now unless one is given. Keycloak takes the letters of the secret themselves as key."""
    counter = int((time.time() if at is None else at) // _PERIOD)
    digest = hmac.new(secret.encode(), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)
