"""`lotse up`."""

from deploy.cli.console import console, constellation, failures_in_words, say
from deploy.keycloak.plan import Plan
from deploy.local.constellation import Constellation
from deploy.local.lifecycle import PEOPLE, running, watch


def up() -> None:
    """Start everything on this machine and stay until Ctrl-C.

    Starts PostgreSQL and Keycloak (fetched once by Maven into the cache folder), makes certificates, databases, roles
    and the realm, loads the demonstration's agencies and people, starts the services and the gateway, and prints
    addresses and logins. Ctrl-C stops all of it in reverse. What a killed run left behind is stopped first.

    Settings: LOTSE_HOME (state, default .lotse), LOTSE_CACHE (downloads), LOTSE_POSTGRES_PORT, LOTSE_KEYCLOAK_PORT,
    LOTSE_GATEWAY_PORT and so on (ports); LOTSE_DATABASE_URL and LOTSE_KEYCLOAK_URL use servers of your own.
    """
    with failures_in_words():
        whole = constellation()
        with running(whole, say):
            print_addresses(whole)
            watch(whole)


def print_addresses(whole: Constellation) -> None:
    """Where everything is, and who can log in."""
    environment = whole.environment
    console.print()
    console.print("[bold]Lotsennetz is up.[/bold] Ctrl-C stops it.")
    console.print(f"  staff    {environment.staff_origin}/login")
    console.print(f"  clients  {environment.client_origin}")
    console.print(f"  API      {environment.staff_origin}/api/v1/openapi.json")
    console.print(f"  logins   {environment.issuer}  (Keycloak)")
    console.print(f"  logs     {whole.home.logs}")
    print_people(environment.demo_password.read_text())


def print_people(password: str) -> None:
    """Who of the demonstration can log in, with which roles."""
    console.print(f"\n  All invented people have the password  {password}")
    people = Plan.read(PEOPLE).people
    for person in people:
        roles = "; ".join(f"{', '.join(sorted(each.roles))} at {each.agency}" for each in person.memberships)
        console.print(f"    {person.username:10}{roles or 'operator'}")
    codes = ", ".join(person.username for person in people if person.demo_totp)
    console.print(f"\n  These need a one-time code too, which `lotse demo-code LOGIN` prints:  {codes}")
    console.print()
