"""Flood control: Telegram's sending limits as token buckets, and a count per minute for groups (negative chat ids).

Off unless a world switches it on.
"""

import math
from collections import deque
from dataclasses import dataclass

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """Messages per second, overall and per chat, with the bursts Telegram lets through, and per minute in one group.
    `edits` counts edits too."""

    per_second: float = 30
    per_chat_per_second: float = 1
    burst: int = 30
    per_chat_burst: int = 3
    per_group_per_minute: int = 20
    edits: bool = False
    answers: bool = False
    enabled: bool = True


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class FloodGate:
    """Counts sends against the limits; a refused send does not count."""

    def __init__(self, limits: FloodLimits) -> None:
        self.limits = limits
        self._overall = _Bucket(limits.burst, 0.0)
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, deque[float]] = {}

    def wait_needed(self, chat_id: int | None, now: float) -> int:
        """0 if the call may pass (and is counted), else the whole seconds to wait."""
        rules = self.limits
        _refill(self._overall, rules.per_second, rules.burst, now)
        chat = self._chat(chat_id, now)
        missing = (1 - self._overall.tokens) / rules.per_second
        if chat is not None:
            missing = max(missing, (1 - chat.tokens) / rules.per_chat_per_second)
        group = self._group(chat_id, now)
        if group is not None and len(group) >= rules.per_group_per_minute:
            missing = max(missing, group[0] + _MINUTE - now)
        if missing > 1e-9:
            return max(1, math.ceil(missing))
        self._overall.tokens -= 1
        if chat is not None:
            chat.tokens -= 1
        if group is not None:
            group.append(now)
        return 0

    def _chat(self, chat_id: int | None, now: float) -> _Bucket | None:
        if chat_id is None:
            return None
        rules = self.limits
        bucket = self._chats.setdefault(chat_id, _Bucket(rules.per_chat_burst, now))
        _refill(bucket, rules.per_chat_per_second, rules.per_chat_burst, now)
        return bucket

    def _group(self, chat_id: int | None, now: float) -> deque[float] | None:
        """When the group's messages of the last minute went out."""
        if chat_id is None or chat_id >= 0:
            return None
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - _MINUTE:
            sent.popleft()
        return sent


def _refill(bucket: _Bucket, rate: float, burst: int, now: float) -> None:
    bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate)
    bucket.at = now
