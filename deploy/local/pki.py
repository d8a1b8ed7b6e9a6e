"""A private certificate authority and one certificate for each process, made once and renewed before they end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.secret_files import write_secret

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397
RENEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of one process."""

    ca: Path
    cert: Path
    key: Path

    def environment(self, prefix: str) -> dict[str, str]:
        """The settings of a process with this certificate."""
        return {
            f"{prefix}TLS_CA_FILE": str(self.ca),
            f"{prefix}TLS_CERT_FILE": str(self.cert),
            f"{prefix}TLS_KEY_FILE": str(self.key),
        }


class CertificateAuthority:
    """Issues certificates with exactly one DNS name into a folder; what is there and still good stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lotsennetz private authority")])
        self._files = Certificate(folder / "ca.pem", folder / "ca.pem", folder / "ca.key")
        if not _is_good(self._files):
            self._key = ec.generate_private_key(ec.SECP256R1())
            builder = self._builder(self._name, self._key.public_key(), AUTHORITY_DAYS).add_extension(
                x509.BasicConstraints(ca=True, path_length=0), critical=True
            )
            _write(self._files, builder.sign(self._key, hashes.SHA256()), self._key)
        loaded = serialization.load_pem_private_key(self._files.key.read_bytes(), None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._files.key} is not a key of this authority")
        self._key = loaded

    def issue(self, name: str) -> Certificate:
        """The certificate of the process `name`, for both ends of a connection."""
        files = Certificate(self._files.ca, self._folder / f"{name}.pem", self._folder / f"{name}.key")
        if _is_good(files, of_authority=True):
            return files
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            self._builder(subject, key.public_key(), CERTIFICATE_DAYS)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        )
        _write(files, builder.sign(self._key, hashes.SHA256()), key)
        return files

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=days))
        )


def _is_good(files: Certificate, *, of_authority: bool = False) -> bool:
    """Whether the files are there and whole, belong together and to this authority, and last for a while."""
    if not (files.cert.is_file() and files.key.is_file()):
        return False
    try:
        certificate = x509.load_pem_x509_certificate(files.cert.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        if of_authority:
            certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(files.ca.read_bytes()))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    if key.public_key() != certificate.public_key():
        return False  # a run was killed between the two files
    return certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=RENEW_DAYS)


def _write(files: Certificate, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    write_secret(
        files.key,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    files.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
