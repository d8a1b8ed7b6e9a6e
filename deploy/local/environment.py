"""What each process is told: its settings as environment variables, its secrets as files."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.failures import RunnerError
from deploy.local.paths import Home
from deploy.local.pki import Certificate, CertificateAuthority
from deploy.local.secret_files import ed25519_key, password, random_key, secret_file

INSTALLATION = "demo"
REALM = "lotse"
GATEWAY_CLIENT = "lotse-gateway"
SERVICES = ("directory", "consent", "referrals")
PROCESSES = (*SERVICES, "gateway")
DATABASES = {"directory": "lotse_directory", "consent": "lotse_consent", "referrals": "lotse_referrals",
             "referrals_keys": "lotse_referrals_keys", "gateway": "lotse_gateway"}  # fmt: skip
DATABASE_ROLES = ("owner", "run", "worker", "sequencer", "eraser", "import", "edit")
_HEALTH = ("lotse-gateway", "lotse-directory", "lotse-consent", "lotse-referrals", "lotse-cli")
_CALLERS: dict[str, dict[str, list[str]]] = {
    "directory": {
        "lotse.directory.v1.SearchService": ["lotse-gateway", "lotse-referrals", "lotse-cli"],
        "lotse.directory.v1.CoverageService": ["lotse-gateway", "lotse-cli"],
        "lotse.directory.v1.TopicService": ["lotse-gateway", "lotse-cli"],
        "lotse.directory.v1.AgencyService": ["lotse-gateway", "lotse-referrals", "lotse-cli"],
        "lotse.directory.v1.EntryService": ["lotse-gateway"],
        "lotse.directory.v1.FreshnessService": ["lotse-gateway"],
        "lotse.directory.v1.ReportService": ["lotse-gateway"],
        "lotse.directory.v1.PartnerNoteService": ["lotse-gateway"],
        "lotse.directory.v1.PublicationService": ["lotse-gateway", "lotse-cli"],
        "lotse.directory.v1.RegimeService": ["lotse-consent"],
        "lotse.directory.v1.ImportService": ["lotse-cli"],
        "lotse.directory.v1.ImportRunService": ["lotse-gateway", "lotse-cli"],
    },
    "consent": {
        "lotse.consent.v1.ConsentTextService": ["lotse-gateway", "lotse-cli"],
        "lotse.consent.v1.ConsentTextDraftService": ["lotse-gateway"],
        "lotse.consent.v1.ConsentRecordingService": ["lotse-gateway", "lotse-cli"],
        "lotse.consent.v1.ConsentRequestService": ["lotse-referrals"],
        "lotse.consent.v1.ConsentClientService": ["lotse-gateway"],
        "lotse.consent.v1.ConsentKeyService": ["lotse-directory", "lotse-referrals"],
        "lotse.consent.v1.ConsentDecisionService": ["lotse-referrals"],
        "lotse.consent.v1.ConsentExplanationService": ["lotse-gateway"],
        "lotse.consent.v1.ConsentAuditService": ["lotse-gateway"],
        "lotse.consent.v1.ConsentStatutoryService": ["lotse-gateway", "lotse-referrals"],
        "lotse.consent.v1.ConsentNoticeService": ["lotse-gateway"],
        "lotse.consent.v1.ConsentExclusionService": ["lotse-referrals"],
    },
    "referrals": {
        "lotse.referrals.v1.CaseService": ["lotse-gateway"],
        "lotse.referrals.v1.ReferralService": ["lotse-gateway"],
        "lotse.referrals.v1.DeletionTaskService": ["lotse-gateway"],
        "lotse.referrals.v1.DraftPreviewService": ["lotse-gateway"],
        "lotse.referrals.v1.ContactTaskService": ["lotse-gateway"],
        "lotse.referrals.v1.WithdrawalRequestService": ["lotse-gateway"],
        "lotse.referrals.v1.StatutoryService": ["lotse-gateway"],
        "lotse.referrals.v1.NameCheckService": ["lotse-gateway"],
    },
}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens on this machine; each has a setting of its own."""

    postgres: int = 5740
    keycloak: int = 8480
    keycloak_management: int = 8481
    directory: int = 7101
    referrals: int = 7102
    consent: int = 7103
    gateway: int = 8400

    @classmethod
    def of_environment(cls) -> "Ports":
        """The defaults, or what LOTSE_POSTGRES_PORT and its like say; raises RunnerError when that cannot be."""
        ports = cls(**{name: _port(setting_of_port(name), default) for name, default in asdict(cls()).items()})
        taken: dict[int, str] = {}
        for name, port in asdict(ports).items():
            if port in taken:
                raise RunnerError(
                    f"{PORT_PURPOSES[taken[port]]} and {PORT_PURPOSES[name]} cannot both have port {port}: set "
                    f"{setting_of_port(taken[port])} or {setting_of_port(name)} to another one."
                )
            taken[port] = name
        return ports


PORT_PURPOSES = {"postgres": "PostgreSQL", "keycloak": "Keycloak", "keycloak_management": "Keycloak's health check",
                 "directory": "directory", "referrals": "referrals", "consent": "consent",
                 "gateway": "the gateway"}  # fmt: skip


def _port(setting: str, default: int) -> int:
    given = os.environ.get(setting)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise RunnerError(f"{setting} is no port: set it to a number from 1 to 65535, or leave it out for {default}.")
    return int(given)


def setting_of_port(name: str) -> str:
    """The environment variable that moves a port."""
    return f"LOTSE_{name.upper()}_PORT"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two servers are, ours or given ones, without secrets."""

    database: str
    """`postgresql://host:port`, to which a database's name is added."""

    keycloak: str


class Environment:
    """The settings of every process of one installation here; makes certificates and secrets at first use."""

    def __init__(self, home: Home, ports: Ports, addresses: Addresses) -> None:
        self._home = home
        self._ports = ports
        self._addresses = addresses
        self._authority = CertificateAuthority(home.pki)

    @property
    def keycloak_url(self) -> str:
        """Where Keycloak answers."""
        return self._addresses.keycloak

    @property
    def issuer(self) -> str:
        """The realm's address as tokens name it."""
        return f"{self._addresses.keycloak}/realms/{REALM}"

    @property
    def staff_origin(self) -> str:
        """Where staff go. Another host than the clients' one, since cookies know no ports."""
        return f"http://127.0.0.1:{self._ports.gateway}"

    @property
    def client_origin(self) -> str:
        """Where clients go."""
        return os.environ.get("LOTSE_CLIENT_ORIGIN") or f"http://localhost:{self._ports.gateway}"

    @property
    def gateway_client_secret(self) -> Path:
        """Secret of the gateway at Keycloak."""
        return secret_file(self._home.secrets / "gateway" / "keycloak-client", password)

    @property
    def demo_password(self) -> Path:
        """The password that all invented people of the demonstration share."""
        return secret_file(self._home.secrets / "demo-password", password)

    @property
    def provisioner_secret(self) -> Path:
        """Secret of the client of Keycloak that provisions."""
        return secret_file(self._home.secrets / "keycloak" / "provisioner", password)

    def places(self) -> dict[str, str]:
        """Everything that runs, in the order of its start, with where it answers."""
        services = {service: self.target(service) for service in SERVICES}
        return {"postgres": self._addresses.database, "keycloak": self.issuer, **services, "gateway": self.staff_origin}

    def target(self, service: str) -> str:
        """Where a gRPC service listens."""
        return f"127.0.0.1:{getattr(self._ports, service)}"

    def certificate(self, process: str) -> Certificate:
        """Certificate of `lotse-{process}`."""
        return self._authority.issue(f"lotse-{process}")

    def of(self, process: str) -> dict[str, str]:
        """All settings of one process."""
        prefix = f"LOTSE_{process.upper()}_"
        values = {
            "INSTALLATION": INSTALLATION,
            "DATABASE_URL": self._database(process),
            "DATABASE_PASSWORDS_DIR": str(self._passwords(process)),
            "ISSUER": self.issuer,
            "JWKS_URL": f"{self.issuer}/protocol/openid-connect/certs",
        }
        if process in SERVICES:
            values |= {
                "LISTEN": self.target(process),
                "AUDIENCE": f"lotse-{process}",
                "CALLERS": json.dumps({**_CALLERS[process], "grpc.health.v1.Health": list(_HEALTH)}),
            }
        values |= getattr(self, f"_{process}")()
        own = {f"{prefix}{name}": value for name, value in values.items()}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**inherited, "PYTHONUNBUFFERED": "1", **self.certificate(process).environment(prefix), **own}

    def _database(self, name: str) -> str:
        return f"{self._addresses.database}/{DATABASES[name]}"

    def _passwords(self, name: str) -> Path:
        folder = self._home.secrets / name / "database"
        for role in DATABASE_ROLES:
            secret_file(folder / role, password)
        return folder

    def _directory(self) -> dict[str, str]:
        return {"CONSENT_TARGET": self.target("consent")}

    def _consent(self) -> dict[str, str]:
        secrets = self._home.secrets / "consent"
        self._home.journals.mkdir(parents=True, exist_ok=True)
        return {
            "TOKEN_KEY_FILE": str(secret_file(secrets / "token-key", ed25519_key)),
            "LOG_KEY_FILE": str(secret_file(secrets / "log-key", ed25519_key)),
            "HMAC_KEY_FILE": str(secret_file(secrets / "hmac-key", random_key)),
            "CHECKPOINT_FILE": str(self._home.journals / "consent-checkpoints"),
            "JOURNAL_FILE": str(self._home.journals / "consent-withdrawals"),
            "DIRECTORY_TARGET": self.target("directory"),
        }

    def _referrals(self) -> dict[str, str]:
        secrets = self._home.secrets / "referrals"
        self._home.journals.mkdir(parents=True, exist_ok=True)
        return {
            "KEYS_URL": self._database("referrals_keys"),
            "KEYS_PASSWORDS_DIR": str(self._passwords("referrals_keys")),
            "ROOT_KEY_FILE": str(secret_file(secrets / "root-key", random_key)),
            "KEY_JOURNAL_FILE": str(self._home.journals / "referrals-key-deletions"),
            "KEY_JOURNAL_KEY_FILE": str(secret_file(secrets / "journal-key", ed25519_key)),
            "CONSENT_TARGET": self.target("consent"),
            "DIRECTORY_TARGET": self.target("directory"),
        }

    def _gateway(self) -> dict[str, str]:
        return {
            "LISTEN": f"127.0.0.1:{self._ports.gateway}",
            "STAFF_ORIGIN": self.staff_origin,
            "CLIENT_ORIGIN": self.client_origin,
            "CLIENT_ID": GATEWAY_CLIENT,
            "CLIENT_SECRET_FILE": str(self.gateway_client_secret),
            "SESSION_KEY_FILE": str(secret_file(self._home.secrets / "gateway" / "session-key", random_key)),
            **{f"{service.upper()}_TARGET": self.target(service) for service in SERVICES},
        }
