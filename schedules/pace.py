"""Telegram's speed limit as slots on a time line: one message a slot, no burst, no drift.

It begins gently: at a thousand messages a second the first fifty would open fifty connections at once, and whoever
presses a button then would wait for that.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections.abc import Callable


class Pace:
    """``rate`` messages a second. ``clock`` counts seconds and never goes back."""

    BEGINNING = 0.2  # seconds in which many messages a second become as many as the rate says
    FIRST = 0.003  # seconds between the first two: each of them opens a connection
    LAG = 0.1  # seconds that may be made up for after a delay; beyond that the slots are gone

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self.rate = rate
        self._clock = clock
        self._next = self._began = clock()

    @property
    def batch(self) -> int:
        """How many messages are taken at once: those of 10 ms, so that few are in doubt when a process dies."""
        return max(1, round(self.rate * 0.01))

    def delay(self) -> float:
        """Seconds until the next slot; 0 when it is due."""
        return max(0.0, self._next - self._clock())

    def use(self, slots: int) -> None:
        """These slots are used up."""
        now = self._clock()
        gentle = self.FIRST * (1 - (now - self._began) / self.BEGINNING)
        self._next = max(self._next, now - self.LAG) + slots * max(1 / self.rate, gentle)

    def idle(self) -> None:
        """There was nothing to send: the slots that went by meanwhile are gone, and it begins gently again."""
        self._began = self._clock()
        self._next = max(self._next, self._began)

    def pause(self, seconds: float) -> None:
        """No slot before ``seconds`` from now."""
        self._next = max(self._next, self._clock() + seconds)
