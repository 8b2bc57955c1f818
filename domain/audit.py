"""The seal of the audit trail: each row carries an HMAC over the row before it, so that a later change shows."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act. ``actor_id`` is a person or None (command line, the bot itself); ``detail`` is JSON text."""

    id: int
    at: int
    actor_id: int | None
    verb: str
    target: str
    detail: str
    seal: str


def canonical(detail: Mapping[str, object]) -> str:
    """Details as JSON text that is the same for the same content."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal(key: bytes, previous: str, at: int, actor_id: int | None, verb: str, target: str, detail: str) -> str:
    """HMAC-SHA-256 (hexadecimal) over the previous seal and the fields of this row."""
    fields = json.dumps([previous, at, actor_id, verb, target, detail], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, fields.encode(), "sha256").hexdigest()


def first_broken(key: bytes, rows: list[AuditRow]) -> AuditRow | None:
    """The first row whose seal does not follow from the rows before it, or None when the chain holds.

    ``rows`` is the whole trail in order of id. A cut-off tail cannot be seen from the chain alone.
    """
    previous = GENESIS
    for row in rows:
        if row.seal != seal(key, previous, row.at, row.actor_id, row.verb, row.target, row.detail):
            return row
        previous = row.seal
    return None
