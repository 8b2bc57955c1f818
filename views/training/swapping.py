"""换期 on the screen: whom to ask, the request with what the reader may do, what came of it."""

from collections.abc import Sequence
from datetime import tzinfo

from domain.outbox import Item
from domain.people import Person
from domain.training.swapping import Colleagues, Swap, SwapLetter, SwapState, may_answer, may_decide, may_withdraw
from views.home import home_button
from views.screen import Button, Row, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, lines
from views.training.sessions import session_line
from views.training.splitting import NAME_LIMIT, place_name

PAGE = 40  # names on a page, two a row


def colleagues(t: Texts, person: Person, loaded: Colleagues) -> Screen:
    """Whom to ask, nearest first; a request that is open is shown instead."""
    if loaded.open_swap is not None:
        return swap(t, person, loaded.open_swap)
    other = t(f"batch.{3 - (person.batch or 1)}")
    page = loaded.people[loaded.page * PAGE : (loaded.page + 1) * PAGE]
    text = t("training.swap_choose", batch=other) if loaded.people else t("training.swap_nobody", batch=other)
    names = (press(_label(person, one), "training", "swap_ask", one.id) for one in page)
    return Screen(text, (*in_rows(names, 2), *_turns(t, loaded), _back(t)))


def _label(person: Person, one: Person) -> str:
    """The name alone in the own team, with the team in the own station, with the station elsewhere."""
    if one.unit.id == person.unit.id:
        return one.name
    return f"{one.name} {one.unit.name if one.station == person.station else (one.station or one.unit.name)}"


def _turns(t: Texts, loaded: Colleagues) -> Rows:
    last = max(0, (len(loaded.people) - 1) // PAGE)
    before = press(t.plain("list.previous"), "training", "swap_choose", max(0, loaded.page - 1))
    after = press(t.plain("list.next"), "training", "swap_choose", loaded.page + 1)
    turns = (*((before,) if loaded.page > 0 else ()), *((after,) if loaded.page < last else ()))
    return (turns,) if turns else ()


def _back(t: Texts) -> Row:
    return (press(t.plain("button.back"), "training", "list"), home_button(t))


def swap(t: Texts, person: Person, found: Swap) -> Screen:
    """The request as it stands, and what this person may do about it."""
    return Screen(_text(t, found), (*_choices(t, person, found), _back(t)))


def _text(t: Texts, found: Swap) -> Html:
    return blocks(
        t("training.swap"),
        lines(
            t("training.swap_side", **_side(t, found.asker, found.asker_batch)),
            t("training.swap_side", **_side(t, found.colleague, 3 - found.asker_batch)),
        ),
        t(f"training.swap_state.{found.state}", name=clipped(found.colleague.name, NAME_LIMIT)),
        lines(*_approvals(t, found)),
    )


def _side(t: Texts, one: Person, batch: int) -> dict[str, str]:
    """Where somebody is and where they would go."""
    return {
        "name": clipped(one.name, NAME_LIMIT),
        "place": place_name(one.station, one.unit.name),
        "old": t(f"batch.{batch}"),
        "new": t(f"batch.{3 - batch}"),
    }


def _approvals(t: Texts, found: Swap) -> list[Html]:
    if found.state not in {SwapState.AGREED, SwapState.DONE}:
        return []
    sides = ((found.asker, found.asker_by), (found.colleague, found.colleague_by))
    return [
        t("training.swap_approved", name=clipped(one.name, NAME_LIMIT), leader=clipped(by.name, NAME_LIMIT))
        for one, by in sides
        if by is not None
    ]


def _choices(t: Texts, person: Person, found: Swap) -> Rows:
    if may_answer(person, found):
        return (_pair(t, found, "answer", ("agree", "disagree")),)
    if may_decide(person, found):
        return (_pair(t, found, "decide", ("approve", "refuse")),)
    if may_withdraw(person, found):
        return ((press(t.plain("training.swap_withdraw"), "training", "swap_withdraw", found.id),),)
    return ()


def _pair(t: Texts, found: Swap, verb: str, words: tuple[str, str]) -> tuple[Button, Button]:
    yes, no = (t.plain(f"training.swap_{word}") for word in words)
    return (
        press(yes, "training", f"swap_{verb}", found.id, "yes", style="success"),
        press(no, "training", f"swap_{verb}", found.id, "no"),
    )


def swaps(t: Texts, found: Sequence[Swap]) -> Screen:
    """[换期审批]: what waits for this leader."""
    listed = [_pair_of_names(t, one) for one in found]
    shown, more = fitting(listed)
    body = lines(*shown, t("list.more", count=more) if more else "") if listed else t("training.swaps_none")
    buttons = (press(f"{one.asker.name} ⇄ {one.colleague.name}", "training", "swap", one.id) for one in found)
    return Screen(blocks(t("training.swaps"), body), (*in_rows(buttons, 1), _back(t)))


def _pair_of_names(t: Texts, one: Swap) -> Html:
    names = (clipped(one.asker.name, NAME_LIMIT), clipped(one.colleague.name, NAME_LIMIT))
    return t("training.swap_line", asker=names[0], colleague=names[1])


# messages --------------------------------------------------------------------------------------------------------


def swap_asked(t: Texts, person: Person, loaded: SwapLetter, _item: Item, _now: int, _tz: tzinfo) -> Screen:
    """To the colleague, or to a leader."""
    return swap(t, person, loaded.swap)


def swap_asked_line(t: Texts, person: Person, loaded: SwapLetter, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    if may_answer(person, loaded.swap):
        return t("training.swap_asks_you", name=clipped(loaded.swap.asker.name, NAME_LIMIT))
    return t("training.swap_waits", pair=_pair_of_names(t, loaded.swap))


def swap_answered(t: Texts, person: Person, loaded: SwapLetter, _item: Item, _now: int, tz: tzinfo) -> Screen:
    """What came of it; with the batches exchanged, the reader's sessions."""
    listed, more = fitting([session_line(t, one, tz) for one in loaded.sessions], 2000)
    text = blocks(_text(t, loaded.swap), *listed, t("list.more", count=more) if more else "")
    return Screen(text, ((press(t.plain("button.training"), "training", "list"), home_button(t)),))


def swap_answered_line(t: Texts, _person: Person, loaded: SwapLetter, _item: Item, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    found = loaded.swap
    said = t(f"training.swap_state.{found.state}", name=clipped(found.colleague.name, NAME_LIMIT))
    return t("training.swap_came_to", pair=_pair_of_names(t, found), state=said)
