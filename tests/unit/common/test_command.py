import argparse

import pytest

from services.common.command import Command, CommandError, run_command


async def serve(_: argparse.Namespace) -> int:
    return 0


async def check(given: argparse.Namespace) -> int:
    return 1 if given.strict else 0


async def fail(_: argparse.Namespace) -> int:
    raise CommandError("The server is away.", status=3)


def _strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="find fault")


COMMANDS = [
    Command("serve", "answer calls until SIGTERM", serve),
    Command("check", "look at everything", check, arguments=_strict, epilog="Ends with 1."),
    Command("fail", "never work", fail),
]


def run(*arguments: str) -> int:
    return run_command("services.sample", "A sample.", COMMANDS, arguments=arguments)


def test_no_command_serves() -> None:
    assert run() == 0


def test_status_is_that_of_the_command() -> None:
    assert run("check") == 0
    assert run("check", "--strict") == 1


def test_error_is_one_sentence_with_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fail") == 3
    assert capsys.readouterr().err == "services.sample fail: The server is away.\n"


@pytest.mark.parametrize(
    ("arguments", "teaches"), [(["--help"], "answer calls until"), (["check", "--help"], "find fault")]
)
def test_help_teaches(arguments: list[str], teaches: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        run(*arguments)
    assert teaches in capsys.readouterr().out


def test_unknown_command_is_wrong_usage() -> None:
    with pytest.raises(SystemExit, match="2"):
        run("sing")
