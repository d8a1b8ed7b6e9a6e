"""Mutual TLS of a process: its certificate, and the one private authority that it believes."""

import grpc

from services.common.settings import ProcessSettings


def server_credentials(settings: ProcessSettings) -> grpc.ServerCredentials:
    """Credentials that demand a client certificate of our authority. There is no other kind of listener."""
    return grpc.ssl_server_credentials(
        [(settings.tls_key_file.read_bytes(), settings.tls_cert_file.read_bytes())],
        root_certificates=settings.tls_ca_file.read_bytes(),
        require_client_auth=True,
    )


def channel_credentials(settings: ProcessSettings) -> grpc.ChannelCredentials:
    """Credentials that show our certificate and believe only our authority."""
    return grpc.ssl_channel_credentials(
        root_certificates=settings.tls_ca_file.read_bytes(),
        private_key=settings.tls_key_file.read_bytes(),
        certificate_chain=settings.tls_cert_file.read_bytes(),
    )
