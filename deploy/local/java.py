"""Java on this machine: whether it will do, and how it keeps its hands off the system's temporary folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.failures import RunnerError

LEAST_VERSION = 17
# Without this every Java program leaves a folder of measurements in /tmp, wherever its temporary files go.
NO_MEASUREMENTS = "-XX:-UsePerfData"
# Keycloak is started for minutes and serves a handful of people: the second compiler and parallel collection of garbage
# would take more of a small machine than all else together, and memory beside.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC"
_INHERITED = ("PATH", "JAVA_HOME", "HOME", "LANG", "TMPDIR")


def require_java() -> None:
    """Raises RunnerError unless Java 17 or newer is there."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    advice = "install Java 17 or newer (on Debian: apt install openjdk-17-jre-headless) or set LOTSE_KEYCLOAK_URL."
    if program is None or not Path(program).is_file():
        raise RunnerError(f"Java is missing, which Keycloak needs: {advice}")
    done = subprocess.run([program, NO_MEASUREMENTS, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', done.stderr + done.stdout)
    if version is None or int(version.group(1)) < LEAST_VERSION:
        raise RunnerError(f"Java is too old for Keycloak: {advice}")


def java_environment() -> dict[str, str]:
    """What a Java program needs of ours."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def java_options(folder: Path) -> str:
    """Options, as a shell reads them: light on the machine, temporary files in this folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return f'{NO_MEASUREMENTS} {SHORT_LIVED} -Djava.io.tmpdir="{folder}"'
