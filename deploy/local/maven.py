"""Fetches one artifact with the user's own Maven and settings into a repository inside the cache folder."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.local.errand import run_errand
from deploy.local.failures import RunnerError
from deploy.local.java import NO_MEASUREMENTS
from deploy.local.progress import heartbeat

FETCH_SECONDS = 900.0
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


def require_maven(wanted: str) -> None:
    """Raises RunnerError unless Maven is there."""
    if shutil.which("mvn") is None:
        raise RunnerError(
            f"Maven is missing, which fetches {wanted}: install it (on Debian: apt install maven), or set "
            "LOTSE_DATABASE_URL and LOTSE_KEYCLOAK_URL to servers of your own."
        )


def fetch(wanted: str, coordinates: str, cache: Path, say: Callable[[str], None]) -> Path:
    """The archive with these coordinates (group:name:version:kind); raises RunnerError with Maven's own reason."""
    require_maven(wanted)
    say(f"fetching {wanted}")
    _, name, version, kind = coordinates.split(":")
    target = cache / "downloads"
    target.mkdir(exist_ok=True)
    command = [
        "mvn", "--batch-mode", "--quiet", "--strict-checksums", f"-Dmaven.repo.local={cache / 'maven'}", _PLUGIN,
        f"-Dartifact={coordinates}", f"-DoutputDirectory={target}",
    ]  # fmt: skip
    options = f"{os.environ.get('MAVEN_OPTS', '')} {NO_MEASUREMENTS}".strip()
    done = run_errand(
        f"Fetching {wanted}", command, seconds=FETCH_SECONDS, environment={**os.environ, "MAVEN_OPTS": options},
        log=cache / f"{name}-fetch.log",
        meanwhile=_progress(wanted, _kept(coordinates, cache), say),
    )  # fmt: skip
    if done.status != 0:
        lines = [line for line in done.output.splitlines() if line.startswith("[ERROR]")]
        raise RunnerError(
            f"Maven could not fetch {coordinates}: {(lines or ['no message'])[0][:300]} "
            "Check the network and Maven's settings, then try again."
        )
    return target / f"{name}-{version}.{kind}"


def forget(coordinates: str, cache: Path) -> None:
    """Maven's own copy of a broken archive goes; it would be handed out again and again, unchecked."""
    shutil.rmtree(_kept(coordinates, cache), ignore_errors=True)


def _kept(coordinates: str, cache: Path) -> Path:
    """Where Maven keeps what it fetched."""
    group, name, version, _ = coordinates.split(":")
    return cache.joinpath("maven", *group.split("."), name, version)


def _progress(wanted: str, folder: Path, say: Callable[[str], None]) -> Callable[[], None]:
    """Says every few seconds how much is there."""

    def word(_: float) -> str:
        megabytes = sum(_size(path) for path in folder.glob("*")) // 1_000_000 if folder.is_dir() else 0
        return f"fetching {wanted}: {megabytes} MB so far" if megabytes else f"fetching {wanted}: asking for it"

    return heartbeat(say, word)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # renamed at this moment
        return 0
