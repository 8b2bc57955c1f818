"""分期 on the screen: a proposal for every team, and who is in no batch."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.people import Person
from domain.training.splitting import Move, Splitting, TeamSplit
from domain.training.swapping import Batches
from views.home import home_button
from views.screen import Row, Screen, clipped, fitting, press
from views.texts import Html, Texts, blocks, lines
from views.training.sessions import session_line

NAME_LIMIT = 20
TEAMS_LIMIT = MOVES_LIMIT = 1400  # characters: both lists stand in one message
PLACED_AT_ONCE = 40  # rows of two buttons


def split(t: Texts, loaded: Splitting) -> Screen:
    """Each team's sizes and who would move; after [确认分期], what was done."""
    found = loaded.split
    teams, more_teams = fitting([_team(t, team) for team in found.teams], TEAMS_LIMIT)
    moves, more_moves = fitting([_move(t, move) for move in found.moves], MOVES_LIMIT)
    head = "training.split_done" if loaded.done else "training.split" if found.moves else "training.split_even"
    text = blocks(
        t(head, count=len(found.moves)),
        t("training.split_total", first=found.first, second=found.second),
        lines(*teams, _more(t, more_teams)),
        lines(t("training.split_moves", count=len(found.moves)), *moves, _more(t, more_moves)) if moves else "",
    )
    confirm = press(t.plain("training.split_confirm"), "training", "divide", found.mark, style="success")
    return Screen(text, (*(((confirm,),) if found.moves and not loaded.done else ()), _back(t)))


def _more(t: Texts, count: int) -> Html:
    return t("list.more", count=count) if count else Html("")


def _team(t: Texts, team: TeamSplit) -> Html:
    return t(
        "training.split_team",
        team=place_name(team.station, team.unit.name),
        first=team.first,
        second=team.second,
    )


def place_name(station: str | None, unit: str) -> str:
    """清河收费站 一班; a head's station alone."""
    parts = [station] if station else []
    return " ".join(clipped(part, NAME_LIMIT) for part in (*parts, *([unit] if unit != station else [])))


def _move(t: Texts, move: Move) -> Html:
    old = t(f"batch.{move.person.batch}") if move.person.batch else t("training.unbatched")
    return t("training.split_move", name=clipped(move.person.name, NAME_LIMIT), old=old, new=t(f"batch.{move.to}"))


def _back(t: Texts) -> Row:
    return (press(t.plain("button.back"), "training", "list"), home_button(t))


def unbatched(t: Texts, people: Sequence[Person]) -> Screen:
    """未分期: each with a button for either batch; who does not fit comes when others are placed."""
    shown = people[:PLACED_AT_ONCE]
    listed, more = fitting([_where(t, one) for one in shown])
    left_out = more + len(people) - len(shown)
    body = lines(*listed, _more(t, left_out)) if listed else t("training.unbatched_none")
    rows = tuple(
        tuple(
            press(
                t.plain("training.place", name=clipped(one.name, 8), batch=t.plain(f"training.batch_short.{batch}")),
                "training",
                "place",
                one.id,
                batch,
            )
            for batch in (1, 2)
        )
        for one in shown
    )
    return Screen(blocks(t("training.unbatched_title", count=len(people)), body), (*rows, _back(t)))


def _where(t: Texts, one: Person) -> Html:
    place = place_name(one.station, one.unit.name)
    return t("training.person_at", name=clipped(one.name, NAME_LIMIT), place=place)


def batch_changed(t: Texts, loaded: Batches, tz: tzinfo) -> Screen:
    """To somebody whose batch the office changed: the batch and what is still to come."""
    listed, more = fitting([session_line(t, one, tz) for one in loaded.sessions])
    text = blocks(batch_line(t, loaded), *listed, _more(t, more))
    return Screen(text, ((press(t.plain("button.training"), "training", "list"), home_button(t)),))


def batch_line(t: Texts, loaded: Batches) -> Html:
    """The same in one line."""
    return t("training.batch_is", batch=t(f"batch.{loaded.batch}"))
