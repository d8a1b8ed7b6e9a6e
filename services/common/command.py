"""The command line of a service process: `python -m services.X [COMMAND]`, where no command means serve.

Exit status: 0 done, 1 the command ran and found something wrong, 2 wrong usage or settings, 3 something needed (a
server, a file) is not there, 130 interrupted. Errors that an operator can mend are one sentence without a trace.
"""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import uvloop

from services.common.settings import SettingsError

INTERRUPTED = 130


class CommandError(Exception):
    """What the operator has to mend, as one sentence without secrets or personal data; ends with `status`."""

    def __init__(self, text: str, *, status: int = 2) -> None:
        super().__init__(text)
        self.status = status


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Leaves the parser as it is."""


@dataclass(frozen=True, slots=True)
class Command:
    """A word on the command line: what it does in one line, and the coroutine that does it and gives the status."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], Awaitable[int]]
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments
    epilog: str = ""


def run_command(
    program: str,
    description: str,
    commands: Sequence[Command],
    *,
    default: str = "serve",
    arguments: Sequence[str] | None = None,
) -> int:
    """Runs the named command, or `default` without one, on uvloop and returns the exit status for `sys.exit`."""
    parser = _parser(program, description, commands, default)
    given = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    name: str = given.command or default
    chosen = next(command for command in commands if command.name == name)
    if given.command is None:
        given = parser.parse_args([default])
    try:
        return uvloop.run(_status(chosen, given))
    except SettingsError as error:
        sys.stderr.write(f"{program} {name}: {error}\n")
        return 2
    except CommandError as error:
        sys.stderr.write(f"{program} {name}: {error}\n")
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED


async def _status(command: Command, given: argparse.Namespace) -> int:
    return await command.run(given)


def _parser(program: str, description: str, commands: Sequence[Command], default: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}",
        description=f"{description} Without a command: {default}.",
        epilog="Settings come from the environment; check-config says what is missing. COMMAND --help says more.",
    )
    words = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in commands:
        word = words.add_parser(
            command.name,
            help=command.help,
            description=command.help[:1].upper() + command.help[1:] + ".",
            epilog=command.epilog or None,
        )
        command.arguments(word)
    return parser
