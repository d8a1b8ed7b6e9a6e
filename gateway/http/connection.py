"""Connections as they come in: bounded in number and in time, and what is no HTTP is refused in our own words."""

import asyncio
import resource
from dataclasses import dataclass, replace
from typing import ClassVar

import h11
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_SPARE_FILES = 256
"""What database, services, Keycloak and files need beside the connections of browsers."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections, and how long each may take for what."""

    most: int
    too_many: ASGIApp
    """Answers those beyond."""

    malformed: ASGIApp
    """Answers what is no HTTP."""

    head_seconds: float = 10.0
    """From the connection, or from the first byte of a further request, to the end of its head."""

    rest_seconds: float = 5.0
    """For a body that goes on after the answer, so that the sender has read why before she is cut off."""

    stalled_seconds: float = 30.0
    """For a reader who lets an answer lie; a slow telephone reads 64 KiB in that time."""


class Connection(H11Protocol):
    """One connection of uvicorn that nobody can keep without saying something; make a kind of it by `connections`.

    uvicorn bounds the rest between two requests alone: whoever sent half a head, went on with a body that was refused,
    or did not read what was answered, kept her connection as long as she liked.
    """

    bounds: ClassVar[Bounds]
    _limit: asyncio.TimerHandle | None = None
    _limited_for: str = ""
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it; one too many is told so, whatever it asks."""
        super().connection_made(transport)
        if len(self.connections) > self.bounds.most:
            self.app = self.bounds.too_many
        self._bound("head", self.bounds.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing of it remains."""
        self._bound("", 0)
        self.resume_writing()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Go on, and see what is awaited now."""
        super().handle_events()
        self._see()

    def on_response_complete(self) -> None:
        """The answer is out; a body that still comes is not waited for."""
        super().on_response_complete()
        self._see()

    def send_400_response(self, _: str) -> None:
        """What is no HTTP gets a problem with the headers of every answer; whoever got half an answer gets no other."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.abort()
            return
        self.scope = {
            "type": "http", "asgi": {"version": self.asgi_version, "spec_version": "2.3"}, "http_version": "1.1",
            "server": self.server, "client": self.client, "scheme": self.scheme or "http", "method": "",
            "root_path": "", "path": "", "raw_path": b"", "query_string": b"", "headers": [], "state": {},
        }  # fmt: skip
        self.cycle = RequestResponseCycle(
            scope=self.scope, conn=self.conn, transport=self.transport, flow=self.flow, logger=self.logger,
            access_logger=self.access_logger, access_log=False, default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(), on_response=self.on_response_complete,
        )  # fmt: skip
        self.cycle.keep_alive = False
        task = self.loop.create_task(self.cycle.run_asgi(self.bounds.malformed))  # type: ignore[arg-type]
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def pause_writing(self) -> None:
        """Somebody does not read."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(self.bounds.stalled_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """She reads."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more was asked; an answer that still lies here is not kept for whoever does not fetch it."""
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _see(self) -> None:
        theirs, ours = self.conn.their_state, self.conn.our_state
        if theirs is h11.IDLE and (self.cycle is None or self.conn.trailing_data[0]):
            self._bound("head", self.bounds.head_seconds)
        elif theirs is h11.SEND_BODY and ours in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED}:
            self._bound("rest", self.bounds.rest_seconds)
        else:
            self._bound("", 0)

    def _bound(self, what: str, seconds: float) -> None:
        """A bound that runs is not begun anew by what drips in meanwhile."""
        if what == self._limited_for:
            return
        if self._limit is not None:
            self._limit.cancel()
        self._limited_for = what
        # Silently: a browser connects in advance and would take an answer for that of its next question.
        self._limit = self.loop.call_later(seconds, self.transport.abort) if what else None


def connections(bounds: Bounds) -> type[Connection]:
    """Connections within these bounds, and fewer where this process may not open as many."""
    # Those beyond are told so, which takes files as well.
    allowed = _files_allowed(bounds.most + bounds.most // 4 + _SPARE_FILES) - _SPARE_FILES
    fitting = replace(bounds, most=max(1, min(bounds.most, allowed * 4 // 5)))
    return type("BoundConnection", (Connection,), {"bounds": fitting})


def _files_allowed(wanted: int) -> int:
    """How many files this process may have open, after asking for so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
