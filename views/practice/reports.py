"""[题目有误] on the screen: who reports, the office's inbox and card of a question, and what people are told of it.

No name of a reporter is shown. Letters are the bank's: A is the first option as it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from domain.outbox import Item as Posted
from domain.people import Person
from domain.practice.reports import (
    LEAST_PEOPLE,
    AnswerChanged,
    Complaint,
    Inbox,
    QuestionCard,
    Reason,
    Rekeying,
    Report,
    ReportAnswered,
    Reported,
    ReportState,
    RightAnswer,
    TextPart,
    Usage,
    right_answer,
    wording_of,
)
from domain.questions import Kind, Question
from views.home import home_button, nav
from views.practice.running import LETTERS, run
from views.screen import Button, Row, Rows, Screen, clipped, fitting, in_rows, press
from views.texts import Html, Texts, blocks, lines

# Parts are cut so that no message passes 4096 characters, and no text under a picture 1024, whatever the bank holds.
STEM, SHORT_STEM, LISTED_STEM, OPTION, EXPLANATION, SOURCE, ANSWER, WORDS, ID = (
    300,
    130,
    40,
    100,
    400,
    200,
    250,
    200,
    20,
)
REPORTS = 1200  # characters for what was said, on a question's card
SECTION = 1500  # characters for each part of the inbox
BUTTONS = 40  # of each part of the inbox

# reporting -------------------------------------------------------------------------------------------------------


def reporting(t: Texts, found: Reported) -> Screen:
    """What is wrong? Or, for a second report, what became of the first."""
    back = (_back_to_run(t, found),)
    if found.report is not None:
        said = t("report.again", reason=t(f"report.reason.{found.report.reason}")) if not found.first else ""
        text = blocks(_stem(found), said or t("report.thanks"), _fate(t, found.report))
        return _in_place(t, found, text, (back,))
    reasons = in_rows((_reason(t, found, reason) for reason in Reason), 2)
    return _in_place(t, found, blocks(t("report.ask"), _stem(found)), (*reasons, back))


def ask_words(t: Texts, found: Reported) -> Screen:
    """[其他]: one sentence."""
    return _in_place(t, found, blocks(_stem(found), t("report.ask_words")), ((_back_to_run(t, found),),))


def reported(t: Texts, found: Reported, *, aloud: bool = False) -> Screen:
    """The run where it stands, after a report or [返回]. ``aloud``: it says first that the report was taken."""
    screen = run(t, found.run, found.last)
    return replace(screen, text=blocks(taken_line(t), screen.text)) if aloud else screen


def taken_line(t: Texts) -> Html:
    """The short line after a report."""
    return t("report.taken")


def _stem(found: Reported) -> Html:
    return Html(f"<b>{blocks(clipped(found.item.question.stem, SHORT_STEM))}</b>")


def _reason(t: Texts, found: Reported, reason: Reason) -> Button:
    return press(t.plain(f"report.reason.{reason}"), "practice", "because", found.run.id, found.item.position, reason)


def _back_to_run(t: Texts, found: Reported) -> Button:
    return press(t.plain("button.back"), "practice", "back", found.run.id, found.item.position)


def _in_place(t: Texts, found: Reported, text: Html, rows: Rows) -> Screen:
    """Under the picture that the run's message shows, if it shows one: a picture can be no mere text again."""
    return Screen(text, rows, picture=run(t, found.run).picture)


def _fate(t: Texts, report: Report) -> Html:
    return t(f"report.state.{report.state}", reply=clipped(report.reply, WORDS))


# the office's inbox ----------------------------------------------------------------------------------------------


def inbox(t: Texts, found: Inbox) -> Screen:
    """Reported questions, then suspect ones that nobody reported."""
    text = blocks(
        t("report.inbox"),
        _section(t, found.reported) or t("report.inbox_none"),
        lines(t("report.inbox_suspect"), _section(t, found.suspect)) if found.suspect else "",
    )
    listed = (*found.reported[:BUTTONS], *found.suspect[:BUTTONS])
    buttons = (press(one.question.id, "practice", "reported", one.question.id) for one in listed)
    menu = press(t.plain("practice.menu"), "practice", "menu")
    return Screen(text, (*in_rows(buttons, 3), (menu, home_button(t))))


def _section(t: Texts, complaints: Sequence[Complaint]) -> Html:
    shown, left = fitting([_complaint(t, one) for one in complaints], SECTION)
    return lines(*shown, t("list.more", count=left) if left else "")


def _complaint(t: Texts, one: Complaint) -> Html:
    head = t("report.line", id=clipped(one.question.id, ID), stem=clipped(one.question.stem, LISTED_STEM))
    said = t("report.count", count=one.count, reasons=_reasons(t, one.reasons)) if one.count else ""
    return lines(head, said, t("report.flag") if one.usage.suspect else "")


def _reasons(t: Texts, reasons: Mapping[Reason, int]) -> str:
    counted = (
        t.plain("report.reason_count", reason=t.plain(f"report.reason.{r}"), count=n) for r, n in reasons.items()
    )
    return t.plain("list.separator").join(counted)


def settled(t: Texts, card: QuestionCard, note: str = "") -> Screen:
    """A question with all that the office needs, and what it can do. ``note``: what became of the last message."""
    text = blocks(
        note,
        lines(
            _head(t, card.question), "" if card.live else t("report.off"), t("report.flag") if _suspect(card) else ""
        ),
        _whole(t, card.question),
        lines(*_why(t, card.question)),
        lines(*_said(t, card)),
        _usage(t, card.usage),
    )
    return Screen(text, (*_actions(t, card), (_inbox_button(t), home_button(t))))


def question_done(t: Texts) -> Html:
    """The short line after the office's press."""
    return t("report.done")


def question_moved_on(t: Texts) -> Html:
    """The short line when somebody was faster."""
    return t("report.moved_on")


def _suspect(card: QuestionCard) -> bool:
    return card.live and card.usage.suspect


def _head(t: Texts, question: Question) -> Html:
    kinds = {"topic": t(f"topic.{question.topic}"), "kind": t(f"kind.{question.kind}")}
    return t("report.head", id=clipped(question.id, ID), version=question.version, **kinds)


def _whole(t: Texts, question: Question, marked: frozenset[int] | None = None) -> Html:
    """Stem and options; ``marked`` (else the key) is ticked."""
    marked = question.key if marked is None else marked
    if question.kind is Kind.TRUE_FALSE:
        return lines(_bold_stem(question), t("report.key", answer=_answer(t, right_answer(question))))
    options = (_option(question, index, index in marked) for index in range(len(question.options)))
    return lines(_bold_stem(question), *options)


def _bold_stem(question: Question) -> Html:
    return Html(f"<b>{blocks(clipped(question.stem, STEM))}</b>")


def _option(question: Question, index: int, right: bool) -> str:
    return f"{'✓' if right else '　'} {LETTERS[index]}. {clipped(question.options[index], OPTION)}"


def _why(t: Texts, question: Question) -> tuple[Html, Html]:
    explanation = t("report.explanation", text=clipped(question.explanation, EXPLANATION))
    return explanation, t("practice.source", source=clipped(question.source, SOURCE))


def _said(t: Texts, card: QuestionCard) -> tuple[Html, ...]:
    if not card.reports:
        return (t("report.none"),)
    words = [t("report.said", words=clipped(one.words, WORDS)) for one in card.reports if one.words]
    shown, left = fitting(words, REPORTS)
    head = t("report.count", count=len(card.reports), reasons=_reasons(t, card.reasons))
    return (head, *map(Html, shown), *((t("list.more", count=left),) if left else ()))


def _usage(t: Texts, usage: Usage) -> Html:
    if usage.hidden:
        return t("report.usage_hidden", least=LEAST_PEOPLE)
    values = {"people": usage.people, "answers": usage.answers, "share": round(100 * usage.share)}
    return t("report.usage_few" if usage.few else "report.usage", **values)


def _actions(t: Texts, card: QuestionCard) -> Rows:
    question = card.question
    reject = press(t.plain("report.reject"), "practice", "rejecting", question.id)
    if not card.live:
        return ((reject,),) if card.reports else ()
    rekey = press(
        t.plain("report.rekey"), "practice", "rekeying", question.id, question.version, _mask(_first(question))
    )
    reword = press(t.plain("report.reword"), "practice", "rewording", question.id, question.version)
    off = press(t.plain("report.retire"), "practice", "retiring", question.id, question.version, style="danger")
    return ((rekey, reword), (*((reject,) if card.reports else ()), off))


def _first(question: Question) -> frozenset[int]:
    """What is chosen when [改答案] is pressed: of a statement the other truth, else the present key."""
    return frozenset({0, 1}) - question.key if question.kind is Kind.TRUE_FALSE else question.key


def _mask(key: frozenset[int]) -> int:
    """The options as one number for a button: bit i for option i."""
    return sum(1 << index for index in key)


def _inbox_button(t: Texts) -> Button:
    return press(t.plain("report.to_inbox"), "practice", "reports")


def _back_to_card(t: Texts, question: Question) -> Row:
    return (press(t.plain("button.back"), "practice", "reported", question.id), home_button(t))


# changing --------------------------------------------------------------------------------------------------------


def rekeying(t: Texts, shown: Rekeying) -> Screen:
    """[改答案]: the options as toggles, and what the change would do."""
    question = shown.question
    chosen = replace(question, key=shown.key)
    values = {"old": _answer(t, right_answer(question)), "new": _answer(t, right_answer(chosen))}
    text = blocks(
        _head(t, question),
        _whole(t, question),
        t("report.change", **values) if shown.ready else t(_hint(question)),
        t("report.preview", cards=shown.cards, told=shown.told) if shown.ready else "",
    )
    return Screen(text, (*_toggles(shown), *_confirm(t, shown), _back_to_card(t, question)))


def _hint(question: Question) -> str:
    return "report.choose_several" if question.kind is Kind.MULTIPLE else "report.choose_other"


def _toggles(shown: Rekeying) -> Rows:
    if shown.question.kind is Kind.TRUE_FALSE:
        return ()
    return in_rows((_toggle(shown, index) for index in range(len(shown.question.options))), 3)


def _toggle(shown: Rekeying, index: int) -> Button:
    question, chosen = shown.question, index in shown.key
    after = shown.key ^ {index} if question.kind is Kind.MULTIPLE else frozenset({index})
    text = f"{'☑' if chosen else '☐'} {LETTERS[index]}"
    return press(text, "practice", "rekeying", question.id, question.version, _mask(after))


def _confirm(t: Texts, shown: Rekeying) -> Rows:
    if not shown.ready:
        return ()
    fields = (shown.question.id, shown.question.version, _mask(shown.key))
    return ((press(t.plain("report.rekey_confirm"), "practice", "rekey", *fields, style="danger"),),)


def ask_part(t: Texts, card: QuestionCard) -> Screen:
    """[改文字]: which part?"""
    question = card.question
    parts = (
        press(t.plain(f"report.part.{part}"), "practice", "reword", question.id, question.version, part)
        for part in TextPart
    )
    text = blocks(_head(t, question), _whole(t, question), lines(*_why(t, question)), t("report.ask_part"))
    return Screen(text, (*in_rows(parts, 3), _back_to_card(t, question)))


def ask_text(t: Texts, question: Question, part: TextPart) -> Screen:
    """The new wording is awaited."""
    now = t("report.part_now", part=t(f"report.part.{part}"), text=clipped(wording_of(question, part), EXPLANATION))
    return Screen(blocks(_head(t, question), now, t("report.ask_text")), (_back_to_card(t, question),))


def ask_reason(t: Texts, card: QuestionCard) -> Screen:
    """[驳回]: why?"""
    text = blocks(_head(t, card.question), _bold_stem(card.question), lines(*_said(t, card)), t("report.ask_reason"))
    return Screen(text, (_back_to_card(t, card.question),))


def ask_retire(t: Texts, card: QuestionCard) -> Screen:
    """[停用]: sure?"""
    question = card.question
    text = blocks(_head(t, question), _bold_stem(question), t("report.ask_retire"))
    sure = press(t.plain("report.retire_confirm"), "practice", "retire", question.id, question.version, style="danger")
    return Screen(text, ((sure,), _back_to_card(t, question)))


# messages --------------------------------------------------------------------------------------------------------


def changed(t: Texts, _person: Person, loaded: AnswerChanged, _item: Posted, _now: int, _tz: tzinfo) -> Screen:
    """``question_changed``: for who saw it."""
    question = loaded.question
    text = blocks(
        t("report.changed"),
        lines(_bold_stem(question), _change(t, loaded)),
        clipped(question.explanation, EXPLANATION),
        t("report.changed_note"),
    )
    return Screen(text, _to_practice(t))


def changed_line(t: Texts, _person: Person, loaded: AnswerChanged, _item: Posted, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("report.changed_line", stem=clipped(loaded.question.stem, LISTED_STEM), change=_change(t, loaded))


def answered(t: Texts, _person: Person, loaded: ReportAnswered, _item: Posted, _now: int, _tz: tzinfo) -> Screen:
    """``question_answer``: for who reported."""
    text = blocks(t("report.answer"), lines(_bold_stem(loaded.question), _verdict(t, loaded)))
    return Screen(text, _to_practice(t))


def answered_line(t: Texts, _person: Person, loaded: ReportAnswered, _item: Posted, _now: int, _tz: tzinfo) -> Html:
    """The same in one line."""
    return t("report.answer_line", stem=clipped(loaded.question.stem, LISTED_STEM), verdict=_verdict(t, loaded))


def _verdict(t: Texts, loaded: ReportAnswered) -> Html:
    if loaded.report.state is ReportState.FIXED and loaded.change is not None:
        return t("report.fixed_key", change=_change(t, loaded.change))
    if loaded.report.state is ReportState.FIXED and loaded.part is not None and loaded.mended is not None:
        text = clipped(wording_of(loaded.mended, loaded.part), EXPLANATION)
        return t("report.fixed_text", part=t(f"report.part.{loaded.part}"), text=text)
    return _fate(t, loaded.report)


def _change(t: Texts, loaded: AnswerChanged) -> Html:
    old, new = loaded.old, right_answer(loaded.question)
    return t("report.change", old=_answer(t, old), new=_answer(t, new))


def _answer(t: Texts, answer: RightAnswer) -> str:
    if answer.kind is Kind.TRUE_FALSE:
        return t.plain("practice.true" if answer.true else "practice.false")
    return clipped(t.plain("report.and").join(answer.texts), ANSWER)


def _to_practice(t: Texts) -> Rows:
    return ((press(t.plain("practice.menu"), "practice", "menu"), *nav(t)),)
