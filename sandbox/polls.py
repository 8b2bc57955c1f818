"""Polls as values: counting votes, judging a vote, what one person sees. Building one is the Bot API method's work."""

import random

from sandbox.errors import ActError
from sandbox.records import Json, PollState

_SOLUTION = ("correct_option_ids", "explanation", "explanation_entities", "explanation_media")


def recount(poll: Json, votes: dict[int, list[int]]) -> Json:
    """The poll with its counts taken from `votes`."""
    counts = [0] * len(options_of(poll))
    for chosen in votes.values():
        for number in chosen:
            counts[number] += 1
    counted = [{**option, "voter_count": counts[number]} for number, option in enumerate(options_of(poll))]
    return {**poll, "options": counted, "total_voter_count": len(votes)}


def check_vote(poll: Json, option_ids: list[int], *, voted: bool) -> None:
    """Raises ActError for what Telegram's apps would not let a person do."""
    if poll["is_closed"]:
        raise ActError("the poll is closed")
    if any(not 0 <= number < len(options_of(poll)) for number in option_ids) or len(set(option_ids)) < len(option_ids):
        raise ActError("no such option")
    if len(option_ids) > 1 and not poll["allows_multiple_answers"]:
        raise ActError("this poll takes one answer")
    if voted and not poll["allows_revoting"]:
        raise ActError("this poll takes no second vote")
    if not voted and not option_ids:
        raise ActError("there is no vote to take back")


def poll_answer(poll: Json, user: Json, option_ids: list[int]) -> Json:
    """The PollAnswer that tells the bot of a public vote; empty lists take it back."""
    options = options_of(poll)
    return {
        "poll_id": poll["id"],
        "user": user,
        "option_ids": option_ids,
        "option_persistent_ids": [options[number]["persistent_id"] for number in option_ids],
    }


def as_seen(state: PollState, account_id: int) -> Json:
    """The poll on one person's phone. Their choice is `chosen_option_ids` and a shuffled order `option_order`: no
    fields of the Bot API. Before they voted they see no solution and no counts; where results are hidden until the
    end (`results_hidden`), no counts before it.
    """
    poll, chosen = state.poll, state.votes.get(account_id)
    settled = bool(poll["is_closed"])
    seen = {key: value for key, value in poll.items() if settled or chosen or key not in _SOLUTION}
    if not settled and (state.hides_results or not chosen):
        seen["options"] = [{**option, "voter_count": 0} for option in options_of(poll)]
    if state.hides_results and not settled:
        seen["results_hidden"] = True
    if chosen:
        seen["chosen_option_ids"] = chosen
    if state.shuffles:
        numbers = range(len(options_of(poll)))
        seen["option_order"] = random.Random(f"{poll['id']}/{account_id}").sample(numbers, len(numbers))
    return seen


def options_of(poll: Json) -> list[Json]:
    options = poll["options"]
    assert isinstance(options, list)
    return options
