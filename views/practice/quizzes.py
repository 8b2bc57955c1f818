"""Questions in groups: what a group is told, what a poll says, and what its leader sees and sets. Totals, no names."""

import re
from collections.abc import Sequence
from datetime import date, time

from domain.people import Person, Unit, UnitKind
from domain.practice.quizzes import CLOSES, Group, GroupCard, Quiz, QuizState
from domain.questions import Kind, Question
from views.home import home_button
from views.screen import Button, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, lines
from views.times import day
from views.wire import Call

EXPLANATION, QUESTION, OPTION = 200, 300, 100  # UTF-16 units: https://core.telegram.org/bots/api#sendpoll
STEM, TITLE = 40, 40
FAILURES = ("no_rights", "gone", "skipped")
SENTENCE_ENDS = re.compile(r"[。！？；]|[.!?;](?=\s)")

# in the group ----------------------------------------------------------------------------------------------------


def ask_bind(t: Texts, person: Person, units: Sequence[Unit]) -> Screen:
    """To whoever added the bot: [绑定到 X站]."""
    buttons = (
        press(t.plain("quiz.bind", unit=unit_name(one, person.station)), "quiz", "bind", person.id, one.id)
        for one in units
    )
    return Screen(t("quiz.ask_bind"), in_rows(buttons, 1))


def stranger_added(t: Texts) -> Screen:
    """To a stranger who added the bot."""
    return Screen(t("quiz.stranger_added"))


def not_a_leader(t: Texts) -> Screen:
    """To a colleague who added the bot and leads nothing."""
    return Screen(t("quiz.not_a_leader"))


def bound(t: Texts, group: Group, username: str) -> Screen:
    """The group belongs to a unit."""
    return Screen(t("quiz.bound", unit=unit_name(group.unit, group.station)), ((_private(t, username),),))


def in_private(t: Texts, username: str) -> Screen:
    """The one answer to anything personal in a group."""
    return Screen(t("quiz.in_private"), ((_private(t, username),),))


def in_private_line(t: Texts) -> Html:
    """The same over the chat."""
    return t("quiz.in_private")


def for_another_line(t: Texts) -> Html:
    """To somebody who presses what is not for them."""
    return t("quiz.for_another")


def _private(t: Texts, username: str) -> Button:
    return Button(t.plain("quiz.to_private"), url=f"https://t.me/{username}")


def group_commands(t: Texts) -> tuple[tuple[str, str], ...]:
    """What stands behind “/” in groups: (name, description)."""
    return (("quiz", t.plain("quiz.command")),)


def unit_name(unit: Unit, station: str | None) -> str:
    """城东收费站一班, or 城东收费站."""
    return f"{station or ''}{unit.name}" if unit.kind is UnitKind.TEAM else unit.name


def poll(t: Texts, quiz: Quiz, *, timed: bool = True) -> Call:
    """The question as a quiz poll: anonymous, totals hidden until it closes. ``timed``: it closes by itself."""
    question = quiz.question
    params: dict[str, object] = {
        "chat_id": quiz.chat_id,
        "question": clipped(question.stem, QUESTION),
        "options": [{"text": clipped(text, OPTION)} for text in _options(t, quiz)],
        "type": "quiz",
        "is_anonymous": True,
        "correct_option_ids": list(quiz.key),
        "allows_multiple_answers": question.kind is Kind.MULTIPLE,
        "hide_results_until_closes": True,
        "explanation": explained(t, question),
    }
    return Call("sendPoll", params | ({"close_date": quiz.closes_at // 1000} if timed else {}))


def _options(t: Texts, quiz: Quiz) -> list[str]:
    if quiz.question.kind is Kind.TRUE_FALSE:
        return [t.plain("practice.false" if option else "practice.true") for option in quiz.order]
    return [quiz.question.options[option] for option in quiz.order]


def explained(t: Texts, question: Question) -> str:
    """The explanation, with its source where both fit; else as many whole sentences as fit."""
    text = " ".join(question.explanation.split())
    full = f"{text}{t.plain('quiz.source', source=question.source)}" if question.source else text
    if clipped(full, EXPLANATION) == full:
        return full
    short = clipped(text, EXPLANATION)
    if short == text:
        return text
    ends = [found.end() for found in SENTENCE_ENDS.finditer(short)]
    return short[: ends[-1]] if ends else short


# in the leader's private chat ------------------------------------------------------------------------------------


def door(t: Texts) -> Button:
    """[小组每日一题] of the practice menu."""
    return press(t.plain("quiz.door"), "quiz", "groups")


def groups(t: Texts, groups: Sequence[Group]) -> Screen:
    """Which group."""
    if not groups:
        return Screen(blocks(t("quiz.title"), t("quiz.no_group")), (_back(t),))
    buttons = (
        press(f"{clipped(one.title, TITLE)} · {unit_name(one.unit, one.station)}", "quiz", "group", one.id)
        for one in groups
    )
    return Screen(blocks(t("quiz.title"), t("quiz.choose_group")), (*in_rows(buttons, 1), _back(t)))


def group(t: Texts, card: GroupCard) -> Screen:
    """The daily question of a group: on or off, its time, and the last ones with their totals."""
    own = card.group
    text = blocks(
        t("quiz.title"),
        t("quiz.group", title=clipped(own.title, 2 * TITLE), unit=unit_name(own.unit, own.station)),
        t("quiz.on", time=_clock(own.daily_at), closes=_clock(CLOSES)) if own.daily_at else t("quiz.off"),
        t("quiz.totals_only"),
        lines(t("quiz.recent"), *fitting(_recent(t, card))[0]) if card.quizzes or card.missed else "",
    )
    return Screen(text, (*_settings(t, card), _back(t)))


def _settings(t: Texts, card: GroupCard) -> Rows:
    at = card.group.daily_at
    row = tuple(
        press(f"{'● ' if one == at else ''}{_clock(one)}", "quiz", "daily", card.group.id, one.strftime("%H%M"))
        for one in card.times
    )
    off = press(t.plain("quiz.switch_off"), "quiz", "daily", card.group.id, "off")
    in_class = press(t.plain("quiz.class"), "quiz", "class", card.group.id, 0)
    return (*((row,) if row else ()), (*((off,) if at else ()), in_class))


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _recent(t: Texts, card: GroupCard) -> list[Html]:
    came: list[tuple[date, Html]] = [(one.day, _line(t, one)) for one in card.quizzes]
    missed = [(one, t("quiz.line_missed", day=day(t, one))) for one in card.missed]
    return [line for _, line in sorted((*came, *missed), key=lambda pair: pair[0], reverse=True)]


def _line(t: Texts, quiz: Quiz) -> Html:
    shown = day(t, quiz.day)
    return t("quiz.line", day=shown, stem=clipped(quiz.question.stem, STEM), figures=figures(t, quiz))


def figures(t: Texts, quiz: Quiz) -> Html:
    """How many answered and what share right; of a question that does not stand there: why."""
    if quiz.state in {QuizState.FAILED, QuizState.MISSED}:
        return t(f"quiz.failed_{quiz.cause}" if quiz.cause in FAILURES else "quiz.failed")
    if quiz.state is not QuizState.POSTED:
        return t("quiz.unknown" if quiz.state is QuizState.UNKNOWN else "quiz.on_its_way")
    return t("quiz.open", answered=quiz.answered) if quiz.closed_at is None else totals(t, quiz)


def totals(t: Texts, quiz: Quiz) -> Html:
    """Of a closed question: how many answered, and what share right where enough did."""
    if quiz.answered == 0:
        return t("quiz.nobody")
    if quiz.small:
        return t("quiz.few", answered=quiz.answered)
    low, high = (round(100 * count / quiz.answered) for count in quiz.right)
    if low == high:
        return t("quiz.share", answered=quiz.answered, share=low)
    return t("quiz.share_between", answered=quiz.answered, low=low, high=high)


def _back(t: Texts) -> tuple[Button, ...]:
    return (press(t.plain("practice.menu"), "practice", "menu"), home_button(t))
