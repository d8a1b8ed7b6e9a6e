"""Where the command `lotse` begins: Ctrl-C is a word, not a trace, also while the program is still being read."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from deploy.cli import app

        app()
    except KeyboardInterrupt:
        sys.stderr.write("lotse: stopped\n")
        sys.exit(130)
