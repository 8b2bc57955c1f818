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

    def seen_by(self, account_id: int, language_code: str, *, group: int = 0, rules: bool = False) -> list[Json]:
        """A person's menu in their private chat or, where `group` is negative, in that group.

        The narrowest scope wins, within it the person's language before none; `rules` tells an administrator.
        """
        language = language_code.partition("-")[0].lower()
        for scope in _group_scopes(group, account_id, rules) if group < 0 else _private_scopes(account_id):
            for wanted in (language, ""):
                found = self._lists.get((scope, wanted))
                if found:
                    return found
        return []


def _private_scopes(account_id: int) -> tuple[Scope, ...]:
    return ("chat", account_id, None), ALL_PRIVATE, DEFAULT


def _group_scopes(group: int, account_id: int, rules: bool) -> tuple[Scope, ...]:
    ruling: tuple[Scope, ...] = (("chat_administrators", group, None),) if rules else ()
    all_ruling: tuple[Scope, ...] = (("all_chat_administrators", None, None),) if rules else ()
    everybody: tuple[Scope, ...] = (("all_group_chats", None, None), DEFAULT)
    return (("chat_member", group, account_id), *ruling, ("chat", group, None), *all_ruling, *everybody)


def valid_name(name: str) -> bool:
    return 1 <= len(name) <= limits.COMMAND_NAME and all(
        "a" <= letter <= "z" or "0" <= letter <= "9" or letter == "_" for letter in name
    )
