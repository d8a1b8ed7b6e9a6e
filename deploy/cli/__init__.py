"""The command `lotse`: one module for each subcommand."""

import typer

from deploy.cli import (
    check_config,
    compose,
    demo,
    directory,
    down,
    evidence,
    ledger,
    migrate,
    provision,
    receipt,
    restore,
    status,
    texts,
    up,
)

app = typer.Typer(
    name="lotse",
    help="Runs and looks after Lotsennetz, the referral network for counselling agencies, on this machine.\n\n"
    "Begin with `lotse up`: it starts PostgreSQL, Keycloak, the three services and the gateway, loads the invented "
    "agencies and people of the demonstration, and prints addresses and logins. Ctrl-C stops everything.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command("up")(up.up)
app.command("down")(down.down)
app.command("status")(status.status)
app.command("demo")(demo.demo)
app.command("demo-code")(demo.demo_code)
app.command("migrate")(migrate.migrate)
app.command("provision")(provision.provision)
app.command("check-config")(check_config.check_config)
app.command("restore")(restore.restore)
app.add_typer(directory.app, name="directory")
app.add_typer(ledger.app, name="ledger")
app.add_typer(receipt.app, name="receipt")
app.add_typer(texts.app, name="texts")
app.add_typer(evidence.app, name="evidence")
app.add_typer(compose.app, name="compose")
