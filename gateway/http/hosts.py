"""Staff and clients live on hosts of their own; a route of the one does not exist on the other."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.errors import UnknownHost, problem
from gateway.settings import GatewaySettings


class Hosts:
    """Chooses the application by the Host header; any other host is refused."""

    def __init__(self, settings: GatewaySettings, staff: ASGIApp, client: ASGIApp) -> None:
        self._apps = {
            urlsplit(settings.staff_origin).netloc.lower(): ("staff", staff),
            urlsplit(settings.client_origin).netloc.lower(): ("client", client),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 421."""
        if scope["type"] != "http":
            return
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        side, app = self._apps.get(hosts[0] if len(hosts) == 1 else "", ("", None))
        scope["lotse_side"] = side
        if app is None:
            await problem(UnknownHost(), header(scope, b"accept-language"))(scope, receive, send)
            return
        await app(scope, receive, send)


def header(scope: Scope, name: bytes) -> str:
    """The first header of that name, or ""."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
