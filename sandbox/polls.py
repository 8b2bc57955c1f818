"""Polls as values: counting votes. Building and checking a poll is the Bot API method's work."""

from sandbox.records import Json


def recount(poll: Json, votes: dict[int, list[int]]) -> Json:
    """The poll with its counts taken from `votes`."""
    options = poll["options"]
    assert isinstance(options, list)
    counts = [0] * len(options)
    for chosen in votes.values():
        for number in chosen:
            counts[number] += 1
    counted = [{**option, "voter_count": counts[number]} for number, option in enumerate(options)]
    return {**poll, "options": counted, "total_voter_count": len(votes)}
