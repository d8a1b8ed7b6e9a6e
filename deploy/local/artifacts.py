"""PostgreSQL and Keycloak as pinned Maven artifacts, fetched once by `mvn` and unpacked in the cache folder."""

import fcntl
import lzma
import platform
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failures import RunnerError
from deploy.local.maven import fetch, forget, require_maven
from deploy.local.paths import cache_folder
from deploy.local.space import require_space

_NEEDED_BYTES = 1_500_000_000
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, StopIteration, RuntimeError, ValueError,
)  # fmt: skip
"""What the unpackers say of an archive that was cut or changed."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One pinned artifact and how its archive is unpacked."""

    name: str
    version: str
    coordinates: str
    unpack: Callable[[Path, Path], None]

    @property
    def folder(self) -> str:
        """Name of its folder in the cache."""
        return f"{self.name}-{self.version}"


def postgres_artifact() -> Artifact:
    """PostgreSQL for this machine; raises RunnerError where there is none."""
    system, machine = _SYSTEMS.get(platform.system()), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise RunnerError(
            f"There is no PostgreSQL artifact for {platform.system()} on {platform.machine()}: "
            "start a PostgreSQL 18 yourself and set LOTSE_DATABASE_URL."
        )
    version = "18.4.0"
    name = f"embedded-postgres-binaries-{system}-{machine}"
    return Artifact("postgres", version, f"io.zonky.test.postgres:{name}:{version}:jar", _unpack_postgres)


def keycloak_artifact() -> Artifact:
    """Keycloak; runs wherever Java 17 does."""
    return Artifact("keycloak", "26.7.4", "org.keycloak:keycloak-quarkus-dist:26.7.4:zip", _unpack_zip)


def unpacked(artifact: Artifact, say: Callable[[str], None] = lambda _: None) -> Path:
    """The folder of the unpacked artifact; downloads it when it is not there. Two at once wait for one another."""
    cache = cache_folder()
    folder = cache / artifact.folder
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunnerError(
            f"The cache folder {cache} cannot be made ({error.strerror}): set LOTSE_CACHE to a folder you may write to."
        ) from None
    with locked(cache / f"{artifact.name}.lock"):
        if not folder.is_dir():
            require_space(cache, _NEEDED_BYTES, "LOTSE_CACHE")
            archive = fetch(f"{artifact.name} {artifact.version}", artifact.coordinates, cache, say)
            say(f"unpacking {artifact.name} {artifact.version}")
            _unpack(artifact, archive, folder)
    return folder


def _unpack(artifact: Artifact, archive: Path, folder: Path) -> None:
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        artifact.unpack(archive, new)
    except _BROKEN as error:
        shutil.rmtree(new, ignore_errors=True)
        archive.unlink(missing_ok=True)
        forget(artifact.coordinates, folder.parent)
        raise RunnerError(
            f"{archive.name} is broken ({type(error).__name__}): it was deleted; try again, and it is fetched anew."
        ) from None
    new.rename(folder)
    archive.unlink()


def require_fetchable(*artifacts: Artifact) -> None:
    """Raises RunnerError when one of them has still to be fetched and Maven is not there to do it."""
    missing = [artifact for artifact in artifacts if not (cache_folder() / artifact.folder).is_dir()]
    if missing:
        require_maven(" and ".join(f"{artifact.name} {artifact.version}" for artifact in missing))


def _unpack_postgres(archive: Path, to: Path) -> None:
    with zipfile.ZipFile(archive) as jar:
        name = next(name for name in jar.namelist() if name.endswith(".txz"))
        with jar.open(name) as packed, lzma.open(packed) as content:
            with tarfile.open(fileobj=content) as tar:
                tar.extraction_filter = getattr(tarfile, "tar_filter", None)  # Python before 3.11.4 knows no filters
                tar.extractall(to)  # noqa: S202 - pinned, and checked by Maven
            while content.read(1_000_000):  # to the very end, where its checksums stand
                pass


def _unpack_zip(archive: Path, to: Path) -> None:
    """One folder in the archive becomes `to`; programs stay executable, which zipfile forgets."""
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            _, _, inner = member.filename.partition("/")
            if not inner or member.is_dir():
                continue
            path = to / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
            mode = member.external_attr >> 16
            if mode & 0o111 or path.suffix == ".sh":
                path.chmod(0o755)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock between processes for the time of the block; raises RunnerError where it cannot be written."""
    try:
        file = path.open("w")
    except OSError as error:
        raise RunnerError(
            f"The cache folder {path.parent} cannot be written to ({error.strerror}): set LOTSE_CACHE to a folder you "
            "may write to."
        ) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
