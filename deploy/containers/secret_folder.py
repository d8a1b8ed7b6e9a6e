"""The folder of secrets and certificates that docker-compose.yml mounts, each file into the containers that need it."""

from pathlib import Path

from deploy.local.environment import PROCESSES, Addresses, Environment, Ports
from deploy.local.paths import Home
from deploy.local.secret_files import password, secret_file

READABLE = 0o644


def containers_home(home: Home) -> Home:
    """Where an installation in containers keeps its secrets, beside that of `lotse up`."""
    return Home(home.root / "containers")


def make_secrets(home: Home) -> bool:
    """Makes what is missing and renews certificates that end soon; says whether the folder is new.

    Programs in containers run as users of their own, and a mounted file keeps owner and mode. So the folder itself is
    closed to all others on this machine, and the files in it, which nobody but its owner can reach, are readable.
    """
    new = not (home.secrets / "postgres" / "administrator").is_file()
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.root.chmod(0o700)
    environment = Environment(home, Ports(), Addresses("", ""))
    for process in PROCESSES:
        environment.of(process)
    for process in ("cli", "keycloak"):
        environment.certificate(process)
    made = [
        environment.demo_password,
        environment.provisioner_secret,
        secret_file(home.secrets / "keycloak" / "database", password),
        secret_file(home.secrets / "postgres" / "administrator", password),
        *home.secrets.rglob("*"),
        *(path for path in home.pki.iterdir() if path.name != "ca.key"),
    ]
    for path in made:
        if path.is_file():
            path.chmod(READABLE)
    return new


def demo_password(home: Home) -> Path:
    """The password that all invented people share."""
    return home.secrets / "demo-password"
