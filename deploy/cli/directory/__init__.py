"""`lotse directory`: one module for each command."""

import typer

from deploy.cli.directory import exporting, importing, searching

app = typer.Typer(help="Look into the directory of agencies, load it, and give it away.", no_args_is_help=True)
app.command("import")(importing.import_command)
app.command("imports")(importing.imports)
app.command("export")(exporting.export_command)
app.command("search")(searching.search)
