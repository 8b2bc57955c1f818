"""Command menus: lists by scope and language, and which one a person sees (the Bot API's order of precedence)."""

from sandbox import limits
from sandbox.records import Json

Scope = tuple[str, int | None, int | None]
DEFAULT: Scope = ("default", None, None)
ALL_PRIVATE: Scope = ("all_private_chats", None, None)


class CommandMenus:
    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], list[Json]] = {}

    def put(self, scope: Scope, language: str, commands: list[Json]) -> None:
        if commands:
            self._lists[scope, language] = commands
        else:
            self._lists.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> list[Json]:
        return self._lists.get((scope, language), [])

    def seen_by(self, chat_id: int, language_code: str) -> list[Json]:
        """The menu of a private chat: the narrowest scope wins, within it the person's language before none."""
        language = language_code.partition("-")[0].lower()
        for scope in (("chat", chat_id, None), ALL_PRIVATE, DEFAULT):
            for wanted in (language, ""):
                found = self._lists.get((scope, wanted))
                if found:
                    return found
        return []


def valid_name(name: str) -> bool:
    return 1 <= len(name) <= limits.COMMAND_NAME and all(
        "a" <= letter <= "z" or "0" <= letter <= "9" or letter == "_" for letter in name
    )
