"""Practice on the screen: the menu, a question, an explanation, a result. Letters are by place shown: A is place 0.

Shows the state of a run; what a press does to it is decided elsewhere. No time, no ranking.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.practice import SIZES, Focus, Item, Overview, Run, RunState
from domain.questions import Kind, Question
from views.home import home_button, nav
from views.practice import importing, quizzes
from views.screen import LIST_LIMIT, Button, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, html, lines

LETTERS = "ABCDEFGH"
TOPIC_SIZE, TAG = 5, 20
# Under a picture there is room for 1024 characters in all; these are a little above what the bank's own checks allow.
TIGHT_STEM, TIGHT_OPTION, TIGHT_EXPLANATION, TIGHT_SOURCE, UNDER_PICTURE = 130, 50, 200, 90, 400
# Parts are cut so that no message passes 4096 characters, whatever the bank holds.
STEM, OPTION, EXPLANATION, SOURCE, SHORT_STEM, SHORT_ANSWER = 600, 150, 700, 200, 60, 100


def menu(t: Texts, overview: Overview) -> Screen:
    """Sizes, topics, and the run that waits."""
    run = overview.open_run
    waits = t("practice.menu_open", answered=run.answered, size=run.size) if run else ""
    text = blocks(
        t("practice.menu_title"),
        t("practice.menu_text"),
        waits,
        t("practice.menu_total", count=overview.answered_total) if overview.answered_total else "",
        t("practice.menu_weak", subjects="、".join(clipped(one.tag, TAG) for one in overview.weak))
        if overview.weak
        else "",
    )
    ordinal = overview.next_ordinal
    sizes = tuple(press(t.plain("practice.size", size=n), "practice", "start", ordinal, n, "all") for n in SIZES)
    topics = (
        press(t.plain(f"topic.{topic}"), "practice", "start", ordinal, TOPIC_SIZE, topic)
        for topic, count in overview.topics.items()
        if count
    )
    group = ((quizzes.door(t),),) if overview.leads_group else ()
    rows = (*_resume(t, run), sizes, *_own(t, overview), *in_rows(topics, 2), *group, *_reports(t, overview), nav(t))
    return Screen(text, rows)


def _own(t: Texts, overview: Overview) -> Rows:
    """What is the person's own: the wrong book, and what is weak. Neither stands there without anything in it."""
    start = ("practice", "start", overview.next_ordinal, TOPIC_SIZE)
    wrong = press(t.plain("practice.wrong_book", count=overview.wrong), "practice", "book")
    weak = press(t.plain("practice.weak"), *start, Focus.WEAK)
    row = (*([wrong] if overview.wrong else []), *([weak] if overview.weak else []))
    return (row,) if row else ()


def _reports(t: Texts, overview: Overview) -> Rows:
    """For the office: questions that were reported, and the bank."""
    if overview.reports is None:
        return ()
    return ((press(t.plain("report.menu", count=overview.reports), "practice", "reports"), importing.door(t)),)


def _resume(t: Texts, run: Run | None) -> Rows:
    if run is None:
        return ()
    text = t.plain("practice.resume", answered=run.answered, size=run.size)
    return ((press(text, "practice", "resume", run.id, style="primary"),),)


def run(t: Texts, run: Run, last: Item | None = None, *, doubts: bool = True) -> Screen:
    """The state of a run. ``last``: the item just answered; a right one is confirmed above what comes next.

    ``doubts``: whether [蒙对的] and [题目有误] are offered.
    """
    if (run.current or run.items[-1]).question.picture:
        run, last = replace(run, items=tuple(map(_tight, run.items))), _tight(last) if last is not None else None
    item = run.current
    above = _right(t, last) if last is not None and last.right else ""
    if run.state is RunState.DROPPED:
        return Screen(t("practice.dropped"), ((_menu_button(t),), nav(t)))
    if item is not None and item.waits_for_note:
        return _wrong(t, run, item, doubts=doubts)
    screen = _question(t, run, item, above) if item is not None else _result(t, run, above)
    return _with_doubts(t, run, last, screen) if doubts and last is not None and last.right else screen


def _tight(item: Item) -> Item:
    """The item in words that fit under a picture, whatever the bank holds."""
    question = item.question
    fitted = replace(
        question,
        stem=clipped(question.stem, TIGHT_STEM),
        options=tuple(clipped(option, TIGHT_OPTION) for option in question.options),
        explanation=clipped(question.explanation, TIGHT_EXPLANATION),
        source=clipped(question.source, TIGHT_SOURCE),
    )
    return replace(item, question=fitted)


def _with_doubts(t: Texts, run: Run, last: Item, screen: Screen) -> Screen:
    """[蒙对的] and [题目有误] for the answer whose feedback stands above."""
    guess = press(t.plain("practice.guess"), "practice", "guess", run.id, last.position)
    doubts = (*((guess,) if last.guessed_at is None else ()), _report(t, run, last))
    *rows, navigation = screen.rows
    return replace(screen, rows=(*rows, (*doubts, *navigation)))


def _report(t: Texts, run: Run, item: Item) -> Button:
    return press(t.plain("report.button"), "practice", "report", run.id, item.position)


def guessed(t: Texts) -> Html:
    """The short line after [蒙对的]."""
    return t("practice.guessed")


def _question(t: Texts, run: Run, item: Item, above: str) -> Screen:
    question = item.question
    options = () if question.kind is Kind.TRUE_FALSE else _option_lines(item)
    asked = blocks(
        lines(_heading(t, run, item), _bold(clipped(question.stem, STEM))),
        lines(*options),
        t("practice.tick_hint") if question.kind is Kind.MULTIPLE else "",
    )
    return Screen(_below(t, above, asked), (*_option_rows(t, run, item), nav(t)), picture=question.picture)


def _heading(t: Texts, run: Run, item: Item) -> Html:
    question = item.question
    topic, kind = t(f"topic.{question.topic}"), t(f"kind.{question.kind}")
    return t("practice.heading", number=item.position + 1, size=run.size, topic=topic, kind=kind)


def _bold(text: str) -> Html:
    return Html(f"<b>{html(text)}</b>")


def _option_lines(item: Item) -> tuple[str, ...]:
    return tuple(_lettered(item, place) for place in range(len(item.order)))


def _lettered(item: Item, place: int, limit: int = OPTION) -> str:
    return f"{LETTERS[place]}. {clipped(item.question.options[item.order[place]], limit)}"


def _option_rows(t: Texts, run: Run, item: Item) -> Rows:
    if item.question.kind is Kind.TRUE_FALSE:
        places = sorted(range(len(item.order)), key=lambda place: item.order[place])
        return (tuple(_option(t, run, item, place) for place in places),)
    rows = in_rows((_option(t, run, item, place) for place in range(len(item.order))), 4)
    if item.question.kind is not Kind.MULTIPLE:
        return rows
    submit = press(t.plain("practice.submit"), "practice", "submit", run.id, item.position, style="primary")
    return (*rows, (submit,))


def _option(t: Texts, run: Run, item: Item, place: int) -> Button:
    option = item.order[place]
    text = LETTERS[place]
    if item.question.kind is Kind.TRUE_FALSE:
        text = t.plain(_truth(option))
    elif item.question.kind is Kind.MULTIPLE:
        text = f"{'☑' if option in item.ticked else '☐'} {text}"
    ticked = item.question.kind is Kind.MULTIPLE and option in item.ticked
    return press(text, "practice", "untick" if ticked else "answer", run.id, item.position, place)


def _truth(option: int) -> str:
    return "practice.false" if option else "practice.true"


def _right(t: Texts, item: Item) -> Html:
    return lines(t("practice.correct"), *_why(t, item.question))


def _why(t: Texts, question: Question) -> tuple[str, str]:
    source = t("practice.source", source=clipped(question.source, SOURCE)) if question.source else ""
    return html(clipped(question.explanation, EXPLANATION)), source


def _below(t: Texts, above: str, text: Html) -> Html:
    return blocks(above, t("practice.separator"), text) if above else text


def _wrong(t: Texts, run: Run, item: Item, *, doubts: bool) -> Screen:
    question = item.question
    text = blocks(
        lines(_heading(t, run, item), t("practice.wrong")),
        _bold(clipped(question.stem, STEM)),
        lines(t("practice.your_answer"), *_named(t, item, item.ticked)),
        lines(t("practice.right_answer"), *_named(t, item, question.key)),
        lines(*_why(t, question)),
    )
    noted = press(t.plain("practice.noted"), "practice", "note", run.id, item.position, style="primary")
    report = (_report(t, run, item),) if doubts else ()
    return Screen(text, ((noted,), (*report, home_button(t))), picture=question.picture)


def without_picture(t: Texts, screen: Screen, words: str) -> Screen:
    """The screen for a chat in which the picture cannot be shown: ``words`` say what is where in it."""
    return replace(screen, text=blocks(screen.text, t("practice.picture_words", words=words)), picture="")


def _named(t: Texts, item: Item, options: Iterable[int], limit: int = OPTION) -> list[str]:
    """The options as they were shown: letter and text, in the order shown; true and false by name alone."""
    if item.question.kind is Kind.TRUE_FALSE:
        return [t(_truth(option)) for option in options]
    chosen = set(options)
    return [_lettered(item, place, limit) for place, option in enumerate(item.order) if option in chosen]


def _result(t: Texts, run: Run, above: str) -> Screen:
    picture = run.items[-1].question.picture
    wrong, left = fitting([_missed(t, item) for item in run.wrong_items], UNDER_PICTURE if picture else LIST_LIMIT)
    more = t("practice.more_missed", count=left) if left else ""
    text = blocks(
        lines(t("practice.result", right=run.right, total=run.size), t(_remark(run))),
        lines(t("practice.look_again"), *wrong, more) if wrong else "",
    )
    again = press(t.plain("practice.again"), "practice", "again", run.id, style="primary")
    once_more = press(t.plain("practice.book_again"), "practice", "start", run.ordinal + 1, TOPIC_SIZE, Focus.WRONG)
    sets = (again, once_more) if wrong else (again,)
    return Screen(_below(t, above, text), (sets, (_menu_button(t), home_button(t))), picture=picture)


def _remark(run: Run) -> str:
    if run.right == run.size:
        return "practice.all_right"
    return "practice.mostly_right" if 3 * run.right >= 2 * run.size else "practice.often_wrong"


def _missed(t: Texts, item: Item) -> Html:
    answers = "；".join(_named(t, item, item.question.key, SHORT_ANSWER))
    stem = clipped(item.question.stem, SHORT_STEM)
    return t("practice.missed", stem=stem, answer=clipped(answers, SHORT_ANSWER * 2))


def _menu_button(t: Texts) -> Button:
    return press(t.plain("practice.menu"), "practice", "menu")
