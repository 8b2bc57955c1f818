"""Polls in the world: opening, voting, closing by hand or by the clock, and the updates that tell the bot.

The bot made every poll, so it always hears the counts, also of polls that hide them from people until the end.
"""

import asyncio

from sandbox.errors import ActError
from sandbox.markup import NO_MARKUP, Markup
from sandbox.polls import as_seen, check_vote, poll_answer, recount
from sandbox.records import Account, Chat, Json, PollState
from sandbox.state import State, message_id


class Ballots(State):
    """The state with its polls."""

    def open_poll(self, state: PollState, chat: Chat, content: Json, markup: Markup = NO_MARKUP) -> Json:
        """The bot sends a poll; its clock, if it has one, begins to run. The message."""
        self.polls[str(state.poll["id"])] = state
        message = self.say(chat, {**content, "poll": state.poll}, markup)
        self.show_poll_in(state, chat, message)
        close_date = state.poll.get("close_date")
        if isinstance(close_date, int) and not state.poll["is_closed"]:
            delay = max(0, close_date - self.now())
            self.closings[str(state.poll["id"])] = asyncio.get_running_loop().call_later(delay, self._time_out, state)
        return message

    def show_poll_in(self, state: PollState, chat: Chat, message: Json) -> None:
        """Another message shows this poll: the first one, or a forwarded one."""
        state.places.append((chat.id, message_id(message)))

    def close_poll(self, state: PollState) -> Json:
        """Close a poll; the bot is told by a `poll` update with the final counts."""
        timer = self.closings.pop(str(state.poll["id"]), None)
        if timer is not None:
            timer.cancel()
        state.poll = {**state.poll, "is_closed": True}
        self._spread(state)
        return state.poll

    def close_if_due(self, state: PollState) -> None:
        """Close a poll whose time is over by the world's clock, whatever its timer does."""
        close_date = state.poll.get("close_date")
        if isinstance(close_date, int) and close_date <= self.now() and not state.poll["is_closed"]:
            self.close_poll(state)

    def poll_in(self, chat: Chat, number: int) -> PollState | None:
        """The poll a message shows."""
        poll = chat.messages.get(number, {}).get("poll")
        return self.polls[str(poll["id"])] if isinstance(poll, dict) else None

    def as_seen(self, message: Json, account_id: int) -> Json:
        """A message as this person sees it: of a poll, what `polls.as_seen` leaves."""
        poll = message.get("poll")
        if not isinstance(poll, dict):
            return message
        return {**message, "poll": as_seen(self.polls[str(poll["id"])], account_id)}

    def cast(self, account: Account, chat: Chat, number: int, option_ids: list[int]) -> None:
        """One person's vote, or with an empty list its taking back."""
        state = self.poll_in(chat, number)
        if state is None:
            raise ActError(f"message {number} is not a poll")
        self.close_if_due(state)
        check_vote(state.poll, option_ids, voted=account.id in state.votes)
        chosen = sorted(option_ids)
        if chosen:
            state.votes[account.id] = chosen
        else:
            del state.votes[account.id]
        state.poll = recount(state.poll, state.votes)
        if not state.poll["is_anonymous"]:
            answer = poll_answer(state.poll, account.user(), chosen)
            self.updates.push("poll_answer", _lane(state), answer)
        self._spread(state)

    def close(self) -> None:
        for timer in self.closings.values():
            timer.cancel()
        super().close()

    def _spread(self, state: PollState) -> None:
        """Put the poll as it is now into every message that shows it, and tell the bot."""
        for chat_id, number in state.places:
            chat = self.chats[chat_id]
            message = chat.messages.get(number)
            if message is not None:
                self.replace(chat, {**message, "poll": state.poll})
        self.updates.push("poll", _lane(state), state.poll)

    def _time_out(self, state: PollState) -> None:
        if not state.poll["is_closed"]:
            self.close_poll(state)


def _lane(state: PollState) -> int:
    """Updates about one poll keep their order."""
    return int(str(state.poll["id"]))
