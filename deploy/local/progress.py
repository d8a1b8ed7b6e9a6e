"""A word from time to time while something takes long."""

import time
from collections.abc import Callable

WORD_SECONDS = 5.0


def heartbeat(say: Callable[[str], None], word: Callable[[float], str]) -> Callable[[], None]:
    """To be called often: says the word for the seconds gone by, every five of them."""
    began = said = time.monotonic()

    def beat() -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= WORD_SECONDS:
            said = now
            say(word(now - began))

    return beat
