"""`lotse provision`."""

from deploy.cli.console import constellation, failures_in_words, say
from deploy.local.lifecycle import provision_keycloak


def provision() -> None:
    """Make Keycloak what Lotsennetz needs: realm, clients, mappers, roles, agencies and people of the demonstration.

    Makes what is missing and changes what differs; a second run changes nothing. Needs a running Keycloak: that of
    `lotse up`, or LOTSE_KEYCLOAK_URL with LOTSE_KEYCLOAK_ADMIN_CLIENT and LOTSE_KEYCLOAK_ADMIN_SECRET.
    """
    with failures_in_words():
        provision_keycloak(constellation(), say)
