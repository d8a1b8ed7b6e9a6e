"""`lotse provision`: makes what is missing, changes what differs, leaves what is right."""

from pathlib import Path

from deploy.keycloak.admin import Admin, Changes
from deploy.keycloak.agencies import ensure_agencies
from deploy.keycloak.plan import Plan
from deploy.keycloak.realm import GatewayClient, ensure_realm
from deploy.keycloak.step_up import ensure_step_up


def provision(
    url: str,
    admin_client: str,
    admin_secret: str,
    gateway: GatewayClient,
    plan: Plan,
    initial_password: str,
    *,
    ca_file: Path | None = None,
) -> Changes:
    """Realm, clients and the plan's agencies and people; a second run changes nothing.

    `initial_password` is given to people who are new; with `ca_file` only that authority is believed. Raises
    ProvisionError when Keycloak refuses something.
    """
    admin = Admin(url, admin_client, admin_secret, ca_file=ca_file)
    ensure_realm(admin, gateway)
    ensure_step_up(admin)
    ensure_agencies(admin, plan, initial_password)
    return admin.changes
