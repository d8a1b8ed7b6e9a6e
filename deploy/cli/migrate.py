"""`lotse migrate`."""

import os

from deploy.cli.console import constellation, failures_in_words, say


def migrate() -> None:
    """Bring all databases forward to this program.

    Services never migrate by themselves. With `lotse up` this happens before they start; run it by hand when the
    databases are your own (LOTSE_DATABASE_URL) and you update the program. Repeating it changes nothing.
    """
    with failures_in_words():
        whole = constellation()
        if os.environ.get("LOTSE_DATABASE_URL"):
            whole.create_databases()
        whole.run_all("migrate", {})
        say("all databases are up to date")
