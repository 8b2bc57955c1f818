"""What happens to groups: making them, joining and leaving, the bot's own coming and going, rights, the upgrade.

Each act checks what Telegram's own apps would check (else ActError), leaves the service message they leave and tells
the bot: `my_chat_member` of itself always, `chat_member` of others only where it is an administrator.
"""

import re
from collections.abc import Sequence

from sandbox import limits
from sandbox.errors import ActError
from sandbox.formatting import format_text
from sandbox.members import NO_GIFTS, member_card
from sandbox.records import PRESENT, Group, Json
from sandbox.state import State

RIGHTS = ("can_send_messages", "can_send_photos", "can_send_documents", "can_send_polls")
_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{limits.START_PAYLOAD}}}")
_FIRST_SUPERGROUP = -1_001_000_000_001
_FIRST_GROUP = -4_000_000_001


class Groups(State):
    """The state with the acts on groups."""

    def add_group(
        self,
        title: str,
        members: Sequence[int],
        *,
        kind: str = "supergroup",
        id: int | None = None,  # noqa: A002 — the control API's word
    ) -> Group:
        """A new group without the bot. The first of `members` (account ids) is its creator."""
        if kind not in ("group", "supergroup"):
            raise ActError("a group is of the kind group or supergroup")
        if not title.strip() or not members:
            raise ActError("a group needs a title and somebody who makes it")
        people = [self.account(number) for number in dict.fromkeys(members)]
        group = self._new_group(title.strip(), kind, id)
        group.standing = {account.id: "member" for account in people} | {people[0].id: "creator"}
        group.unread = {account.id: 0 for account in people}
        self.hear(group, people[0].user(), {f"{'supergroup' if kind == 'supergroup' else 'group'}_chat_created": True})
        return group

    def set_bot(self, group_id: int, status: str, by: int | None = None, *, payload: str | None = None) -> None:
        """Somebody (the creator if `by` is left out) makes the bot a member, an administrator, left or kicked.

        A member may add the bot, only those who rule may do the rest. With `payload` the bot is added by a
        `?startgroup=` link, whose reader says `/start@bot payload` in the group.
        """
        group = self._living(group_id)
        actor = self._actor(group, by)
        old = group.status(self.bot_id)
        if status not in ("member", "administrator", "left", "kicked"):
            raise ActError("a bot is member, administrator, left or kicked")
        if (old, status) != ("left", "member") and not group.rules(actor):
            raise ActError("only an administrator can do that")
        if payload is not None and not _PAYLOAD.fullmatch(payload):
            raise ActError("a start payload is up to 64 of A-Z a-z 0-9 _ -")
        self._move(group, self.bot, status, self.account(actor).user())
        if payload is not None and status in PRESENT:
            text, entities = format_text(f"/start@{self.bot['username']} {payload}".rstrip(), "", None)
            self.hear(group, self.account(actor).user(), {"text": text, "entities": entities})

    def set_member(self, group_id: int, account_id: int, status: str, by: int | None = None) -> None:
        """A person joins or leaves (without `by`), or is added, promoted, demoted or kicked by another."""
        group = self._living(group_id)
        user = self.account(account_id).user()
        actor = account_id if by is None else self._actor(group, by)
        old = group.status(account_id)
        if status not in ("member", "administrator", "left", "kicked") or old == "creator":
            raise ActError("a person can become member, administrator, left or kicked; the creator stays")
        if not self._may_move(group, actor, account_id, old, status):
            raise ActError("only an administrator can do that")
        group.unread.setdefault(account_id, 0)
        self._move(group, user, status, self.account(actor).user())

    def bot_leaves(self, group: Group) -> None:
        """The bot leaves by itself (leaveChat)."""
        self._move(group, self.bot, "left", self.bot)

    def permit(self, group_id: int, **rights: bool) -> None:
        """What ordinary members, and a bot that is one, may send: can_send_messages, can_send_polls, …"""
        group = self._living(group_id)
        if not rights.keys() <= group.rights.keys():
            raise ActError(f"the rights of a group are {', '.join(RIGHTS)}")
        group.rights |= rights
        self.announce_group(group)

    def upgrade_group(self, group_id: int) -> Group:
        """A basic group becomes a supergroup with another id, as Telegram does when a group grows; the new one."""
        old = self._living(group_id)
        if old.kind != "group":
            raise ActError("only a basic group can be upgraded")
        new = self._new_group(str(old.info["title"]), "supergroup", None)
        new.standing, new.unread, new.rights = dict(old.standing), dict.fromkeys(old.unread, 0), dict(old.rights)
        creator = self.account(self._creator(old)).user()
        self.hear(old, creator, {"migrate_to_chat_id": new.id})
        old.upgraded_to = new.id
        self.hear(new, creator, {"migrate_from_chat_id": old.id})
        self.announce_group(old)
        return new

    def _new_group(self, title: str, kind: str, number: int | None) -> Group:
        first = _FIRST_SUPERGROUP if kind == "supergroup" else _FIRST_GROUP
        taken = sum(isinstance(chat, Group) for chat in self.chats.values())
        number = first - taken if number is None else number
        if number in self.chats or number >= 0:
            raise ActError(f"group {number} cannot be added: the id is taken or not negative")
        info: Json = {"id": number, "title": title, "type": kind}
        if kind == "group":
            info |= {"all_members_are_administrators": False, "accepted_gift_types": dict(NO_GIFTS)}
        group = Group(info=info, standing={}, rights=dict.fromkeys(RIGHTS, True))
        self.chats[number] = group
        return group

    def _living(self, group_id: int) -> Group:
        group = self.group(group_id)
        if group.upgraded_to is not None:
            raise ActError(f"the group was upgraded to {group.upgraded_to}")
        return group

    def _actor(self, group: Group, by: int | None) -> int:
        if by is None:
            return self._creator(group)
        if group.status(by) not in PRESENT or by == self.bot_id:
            raise ActError(f"account {by} is not in the group")
        return by

    def _creator(self, group: Group) -> int:
        return next(number for number, status in group.standing.items() if status == "creator")

    def _may_move(self, group: Group, actor: int, account_id: int, old: str, status: str) -> bool:
        if actor == account_id:
            return (old, status) == ("left", "member") or (old in PRESENT and status == "left")
        return group.rules(actor) or (old, status) == ("left", "member")

    def _move(self, group: Group, user: Json, status: str, actor: Json) -> None:
        """Change a status, tell the bot, leave the service message, show it."""
        number = user["id"]
        assert isinstance(number, int)
        old = group.status(number)
        if old == status:
            return
        witness = group.rules(self.bot_id)
        group.standing[number] = status
        own = number == self.bot_id
        if own or witness:
            change: Json = {"chat": group.info, "from": actor, "date": self.now()}
            change["old_chat_member"] = member_card(user, old, group.kind)
            change["new_chat_member"] = member_card(user, status, group.kind)
            self.updates.push("my_chat_member" if own else "chat_member", group.id if own else number, change)
        if (old in PRESENT) != (status in PRESENT):
            service: Json = {"new_chat_members": [user]} if status in PRESENT else {"left_chat_member": user}
            self.hear(group, actor, service)
        self.announce_group(group)
