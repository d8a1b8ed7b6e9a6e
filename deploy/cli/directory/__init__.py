"""`lotse directory`: one module for each command."""

import typer

from deploy.cli.directory import importing, searching

app = typer.Typer(help="Look into the directory of agencies, and load it.", no_args_is_help=True)
app.command("import")(importing.import_command)
app.command("imports")(importing.imports)
app.command("search")(searching.search)
