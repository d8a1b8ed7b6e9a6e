"""Commands of the services, run as processes with the settings of the installation on this machine."""

import subprocess
import sys

from deploy.cli.console import constellation
from deploy.local.paths import CHECKOUT


def run_module(process: str, *arguments: str) -> int:
    """Runs `python -m services.PROCESS ARGUMENTS`, which prints for itself, and gives its status."""
    whole = constellation()
    command = [sys.executable, "-m", f"services.{process}", *arguments]
    environment = {**whole.environment.of(process), "LOTSE_ADMIN_DATABASE_URL": whole.admin_url}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode
