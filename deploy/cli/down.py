"""`lotse down`."""

from deploy.cli.console import constellation, failures_in_words, say
from deploy.local.lifecycle import bring_down


def down() -> None:
    """Stop a running `lotse up` from another terminal, and whatever a killed one left behind."""
    with failures_in_words():
        whole = constellation()
        was_up = bring_down(whole.home, say)
        left_behind = whole.recover()
        say("everything is stopped" if was_up or left_behind else "nothing was running")
