"""What a running `lotse up` tells the other commands: who it is, where everything listens. No secret stands in it."""

import json
import os
from dataclasses import asdict, dataclass

import psutil

from deploy.local.environment import Addresses, Ports
from deploy.local.paths import Home
from deploy.local.process import is_same_process


@dataclass(frozen=True, slots=True)
class RunState:
    """The process that holds everything up, and its addresses."""

    pid: int
    started: float
    ports: Ports
    addresses: Addresses

    @classmethod
    def of_this_process(cls, ports: Ports, addresses: Addresses) -> "RunState":
        """What this process has to tell."""
        return cls(os.getpid(), psutil.Process().create_time(), ports, addresses)

    @classmethod
    def read(cls, home: Home) -> "RunState | None":
        """What the running one told; None when none is running."""
        try:
            known = json.loads(home.state.read_text())
            state = cls(
                int(known["pid"]),
                float(known["started"]),
                Ports(**known["ports"]),
                Addresses(**known["addresses"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return state if state.is_alive() else None

    def is_alive(self) -> bool:
        """Whether it is still that process."""
        return is_same_process(self.pid, self.started)

    def write(self, home: Home) -> None:
        """Tell it; whole or not at all."""
        new = home.state.with_name(home.state.name + ".new")
        new.write_text(json.dumps(asdict(self)))
        new.rename(home.state)
