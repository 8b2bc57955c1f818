"""Whether the machine's clock may be believed: a jump is held until Telegram's own clock agrees.

A clock that jumps forward would make everything due at once. Keys by day and slot make a jump back harmless.
"""

from collections.abc import Callable

import structlog

from domain.clock import MINUTE

log = structlog.get_logger(__name__)

JUMP = 10 * MINUTE
FRESH = 2 * MINUTE  # how old Telegram's time may be to be a witness


class ClockGuard:
    """``steady`` counts ms and never jumps; ``witness`` gives Telegram's time as (ms UTC, age in ms), or None."""

    def __init__(self, steady: Callable[[], int], witness: Callable[[], tuple[int, int] | None]) -> None:
        self._steady = steady
        self._witness = witness
        self._last: tuple[int, int] | None = None
        self._held = False

    def trusts(self, now: int) -> bool:
        """Whether a tick may act at ``now`` (ms UTC)."""
        steady = self._steady()
        jumped = self._last is not None and now - self._last[0] - (steady - self._last[1]) > JUMP
        said = self._witness()
        if said is not None and said[1] <= FRESH:
            return self._judge(now, steady, abs(now - said[0] - said[1]) <= JUMP)
        return self._judge(now, steady, not jumped and not self._held)

    def _judge(self, now: int, steady: int, trusted: bool) -> bool:
        if trusted:
            self._last = now, steady
        elif not self._held:
            log.error("the clock jumped; nothing is sent until Telegram's clock agrees")
        self._held = not trusted
        return trusted
