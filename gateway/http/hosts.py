"""Staff and clients live on hosts of their own; a route of the one does not exist on the other."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.errors import UnknownHost, problem
from gateway.settings import GatewaySettings

_INNER_PATHS = ("/logout/back-channel", "/livez", "/readyz")


class Hosts:
    """Says by the Host header whose side is meant, before anything is answered; any other host is refused.

    So no refusal looks on the clients' host as if it came from the staff's. Within its own network the gateway has one
    more name, for what no browser asks: Keycloak's word that a login ended, and health checks.
    """

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._sides = Sides(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 421."""
        if scope["type"] != "http":
            return
        scope["lotse_side"] = self._sides.of(scope)
        if not scope["lotse_side"]:
            await problem(UnknownHost(), header(scope, b"accept-language"))(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Sides:
    """Which side each host is."""

    def __init__(self, settings: GatewaySettings) -> None:
        origins = {"staff": settings.staff_origin, "client": settings.client_origin}
        self._of_host = {urlsplit(origin).netloc.lower(): side for side, origin in origins.items()}
        self._inner_host = settings.inner_host.lower()

    def of(self, scope: Scope) -> str:
        """`staff`, `client`, or "" where the host is neither's."""
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return ""
        inner = "staff" if hosts[0] and hosts[0] == self._inner_host and scope["path"] in _INNER_PATHS else ""
        return self._of_host.get(hosts[0], inner)


def header(scope: Scope, name: bytes) -> str:
    """The first header of that name, or ""."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
