"""The parameters of one Bot API call, read with Telegram's leniency (text or JSON) and refused with its words."""

from collections.abc import Mapping
from typing import TypeVar

import orjson

from sandbox.errors import ApiError, bad_request
from sandbox.records import Json, Upload

T = TypeVar("T")


class Args:
    """`values` as they came: text from a query or form, anything from a JSON body; `uploads` by field name."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: Mapping[str, object], uploads: Mapping[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def has(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """An integer, or `default` for what is none, as Telegram reads it."""
        value = self.values.get(name)
        try:
            return int(value) if isinstance(value, (str, int, float)) else default
        except (ValueError, OverflowError):
            return default

    def clamped(self, name: str, default: int, low: int, high: int) -> int:
        return max(low, min(high, self.integer(name, default)))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def decoded(self, name: str, refusal: str) -> object:
        """A JSON parameter as a value, None when absent; `refusal` is what Telegram says to broken JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            decoded: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(refusal) from None
        return decoded

    def entities(self, name: str) -> object:
        """Explicit entities; Telegram ignores what it cannot decode here."""
        try:
            return self.decoded(name, "")
        except ApiError:
            return None


def as_object(value: object, refusal: str) -> Json:
    if not isinstance(value, dict):
        raise bad_request(refusal)
    return value


def as_list(value: object, refusal: str) -> list[object]:
    if not isinstance(value, list):
        raise bad_request(refusal)
    return value
