"""What is known of the call that is being handled; interceptors fill it in, the access log writes it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class CallRecord:
    """Pseudonymous facts of one call."""

    method: str
    trace: str
    caller: str = ""
    principal: str = ""
    agency: str = ""
    code: str = "OK"
    reason: str = ""
    incident: str = ""

    def facts(self) -> dict[str, str]:
        """What is known beside the code."""
        known = {
            "caller": self.caller,
            "principal": self.principal,
            "agency": self.agency,
            "reason": self.reason,
            "incident": self.incident,
        }
        return {name: value for name, value in known.items() if value}


current_record: ContextVar[CallRecord | None] = ContextVar("lotse_call_record", default=None)


def record() -> CallRecord:
    """The record of this call; outside of a call one that nobody reads."""
    return current_record.get() or CallRecord(method="", trace="")
