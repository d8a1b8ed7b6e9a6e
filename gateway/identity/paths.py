"""Where a browser may be sent."""

from urllib.parse import urlsplit


def local_path(given: str) -> str:
    """A path of this host, or "/" for anything that could lead elsewhere."""
    parts = urlsplit(given)
    safe = given.startswith("/") and not given.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return given if safe and given.isprintable() and "\\" not in given else "/"
