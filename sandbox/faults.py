"""Faults on demand: what a bad network or a bad day at Telegram does to Bot API calls.

Only decides which fault hits a call; carrying it out is the HTTP side's work.
"""

import random
from dataclasses import dataclass
from itertools import count

from sandbox.errors import ActError
from sandbox.records import Json

KINDS = ("drop", "error", "delay", "timeout_before", "timeout_after", "flood")


@dataclass(slots=True)
class Fault:
    """`seconds` is the delay, the hold or retry_after; `count` is how many more calls it hits (None: no end)."""

    id: int
    kind: str
    method: str = "*"
    probability: float = 1.0
    count: int | None = None
    seconds: float = 1.0
    status: int = 500

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "probability": self.probability,
            "count": self.count,
            "seconds": self.seconds,
            "status": self.status,
        }


class FaultBook:
    """The faults in force, in the order they were added; the first that hits a call wins."""

    def __init__(self, seed: int | None = None) -> None:
        self._faults: dict[int, Fault] = {}
        self._ids = count(1)
        self._random = random.Random(seed)

    def add(
        self,
        kind: str,
        method: str = "*",
        *,
        probability: float = 1.0,
        times: int | None = None,
        seconds: float = 1.0,
        status: int = 500,
    ) -> Fault:
        if kind not in KINDS:
            raise ActError(f"unknown kind of fault: {kind}")
        if not 0 <= probability <= 1:
            raise ActError("probability must be between 0 and 1")
        if not 0 <= seconds <= 600:
            raise ActError("seconds must be between 0 and 600")
        if not 400 <= status <= 599:
            raise ActError("status must be between 400 and 599")
        fault = Fault(next(self._ids), kind, method, probability, times, seconds, status)
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: int) -> bool:
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def listing(self) -> list[Json]:
        return [fault.as_json() for fault in self._faults.values()]

    def hit(self, method: str) -> Fault | None:
        """The fault that hits this call, counted down, or None."""
        if not self._faults:
            return None
        for fault in self._faults.values():
            if fault.method not in ("*", method) or self._random.random() >= fault.probability:
                continue
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    del self._faults[fault.id]
            return fault
        return None
