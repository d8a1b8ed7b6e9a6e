"""`lotse check-config`."""

from deploy.cli.console import constellation, failures_in_words, say


def check_config() -> None:
    """Check the settings, keys and databases of every process without starting one.

    Says for each setting that is missing, wrong or unknown what is wrong with it, and whether every database role can
    log in.
    """
    with failures_in_words():
        constellation().run_all("check-config", {})
        say("the settings of all processes can be used")
