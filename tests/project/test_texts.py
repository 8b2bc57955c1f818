"""The catalogues: the same keys and placeholders everywhere, nothing missing, nothing unused, zh_TW as generated."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from content.tables import BadTable
from domain.deeds import Conduct, DeedKind, DeedState, Flag, PhotoFault, ReturnReason
from domain.errors import DomainError
from domain.notices import Barred
from domain.notices import State as NoticeState
from domain.people import Locale, Role, UnitKind
from domain.plan import AskState, Edge, EvidenceKind, FactKind
from domain.plan.shown import Which
from domain.plan.table import TaskColumn
from domain.practice.importing import FileKind
from domain.practice.importing import Part as BankPart
from domain.practice.reports import Reason, ReportState, TextPart
from domain.questions import Course, Kind, Topic
from domain.reminders import MUTABLE
from domain.roster import Column
from domain.scores import EntryState, StepKind
from domain.scores.award_shown import Which as AwardList
from domain.scores.awards import AwardKind, AwardState, AwardStep
from domain.scores.shown import Asking
from domain.training import EXCEPTIONS, Part
from domain.training.swapping import SwapState
from views import traditional
from views.deeds.logging import TIMES
from views.notices.following import CAUSES
from views.practice.quizzes import FAILURES
from views.scores.proposing import DAYS
from views.texts import Texts, catalogue_files

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "schedules", "services", "views", "storage", "content", "domain")
# Keys that the sources build from a part that is known only at run time.
BUILT = {
    *(f"role.{role}" for role in Role),
    *(f"help.{role}" for role in Role),
    *(f"unit_kind.{kind}" for kind in UnitKind),
    *(f"topic.{topic}" for topic in Topic),
    *(f"course.{course}" for course in Course),
    *(f"kind.{kind}" for kind in Kind),
    *(f"column.{column}" for column in Column),
    *(f"language.{locale}" for locale in Locale),
    *(f"reminders.kind.{kind}" for kind in (*MUTABLE, "notice")),
    *(f"reminders.shift.{letter}" for letter in "DNR"),
    *(f"reminders.fault.{fault}" for fault in ("day", "working", "name", "twice", "empty")),
    *(f"training.{what}.{part}" for what in ("ask", "change") for part in Part),
    *(f"training.part.{part}" for part in Part if part is not Part.ORGANISER),
    *(f"training.batch_short.{batch}" for batch in (1, 2)),
    *(f"training.swap_state.{state}" for state in SwapState),
    *(f"training.swap_{word}" for word in ("agree", "disagree", "approve", "refuse")),
    *(
        f"training.to.{name}"
        for name in ("study", "swap_choose", "swaps", "coverage", "new", "unplaced", "split", "unbatched")
    ),
    *(f"training.{what}.{mark}" for what in ("mark", "short") for mark in EXCEPTIONS),
    *(f"batch.{number}" for number in (1, 2)),
    *(f"month.{number}" for number in range(1, 13)),
    *(f"weekday.{number}" for number in range(1, 8)),
    *(f"command.{name}" for name in ("home", "training", "practice", "people", "me", "help", "start")),
    *(
        f"roster.fault.{fault}"
        for column in ("name", "station", "team")
        for fault in (f"no_{column}", f"{column}_long", f"{column}_odd")
    ),
    *(f"roster.fault.{name}" for name in ("no_staff_no", "staff_no_long", "staff_no_odd", "staff_no_twice")),
    *(f"roster.fault.{name}" for name in ("no_role", "role_unknown", "batch_unknown")),
    *(f"quiz.failed_{cause}" for cause in FAILURES),
    *(f"bank.part.{part}" for part in BankPart if part not in {BankPart.ID, BankPart.VERSION}),
    *(f"bank.{what}_{kind}" for what in ("exported", "file") for kind in FileKind),
    *(
        f"bank.{button}"
        for button in ("manage", "export_xlsx", "export_gift", "import", "template", "cancel", "confirm")
    ),
    *(f"report.reason.{reason}" for reason in Reason),
    *(f"report.state.{state}" for state in ReportState),
    *(f"report.part.{part}" for part in TextPart),
    *(
        f"scores.fault.{fault}"
        for fault in (
            *("cap_odd", "code_odd", "code_twice", "deed_unknown", "deeds_not_here"),
            *("no_text", "points_odd", "subject_unknown", "too_long"),
        )
    ),
    *(f"scores.state.{state}" for state in EntryState),
    *(f"scores.step.{kind}" for kind in StepKind),
    *(f"scores.ask.{asking}" for asking in (Asking.REFUSAL, Asking.APPEAL, Asking.GRANT, Asking.DISMISS)),
    *(f"scores.{what}.{step}" for what in ("told", "told_line") for step in ("confirmed", "granted", "dismissed")),
    *(f"scores.{what}.{step}" for what in ("answer", "answer_line") for step in ("confirmed", "granted", "refused")),
    *(f"scores.day.{name}" for name, _ in DAYS),
    *(f"scores.deed.{what}" for what in ("made", "known", "full")),
    *(f"scores.export.{kind}" for kind in ("xlsx", "csv")),
    *(f"scores.file.{what}" for what in ("ledger", "close")),
    "command.deed",
    "command.score",
    "command.notice",
    "command.plan",
    *(f"awards.{what}.{which}" for what in ("list", "empty", "to") for which in AwardList),
    *(
        f"awards.{what}.{kind}"
        for what in (
            *("line", "runs", "new", "card", "objections", "none", "own", "agree", "object", "change", "head"),
            *("choose", "form", "preview", "period.proposed", "period.notice", "period.due"),
            *("ask.objection", "ask.what", "ask.why"),
            *(f"news.{step}" for step in AwardStep if step is not AwardStep.REFUSED),
        )
        for kind in AwardKind
    ),
    *(f"awards.state.{state}" for state in AwardState if state is not AwardState.NOTICE),
    *(f"awards.signed.{step}" for step in AwardStep),
    *(f"awards.answer.{step}" for step in AwardStep if step is not AwardStep.WITHDRAWN),
    *(f"awards.ask.{asking}" for asking in ("refusal", "pass", "reject")),
    *(f"awards.change.{part}" for part in ("subject", "what", "why")),
    *(f"awards.{what}.{kind}" for what in ("export", "exported") for kind in ("xlsx", "csv")),
    *(f"deeds.kind.{kind}" for kind in DeedKind),
    *(f"deeds.tag.{tag}" for tag in Conduct),
    *(f"deeds.{what}.{state}" for what in ("state", "mark") for state in DeedState),
    *(f"deeds.form.{state}" for state in ("draft", "returned", "submitted", "vouched")),
    *(f"deeds.flag.{flag}" for flag in Flag),
    *(f"deeds.fault.{fault}" for fault in PhotoFault),
    *(f"deeds.reason.{reason}" for reason in ReturnReason if reason is not ReturnReason.OTHER),
    *(f"deeds.set.{part}" for part in ("kind", "time", "place", "people", "witness", "tags", "text", "no_photos")),
    *(f"deeds.when.{when}" for when in TIMES),
    *(f"deeds.signed.{which}" for which in ("first", "second")),
    *(f"deeds.{what}.{kind}" for what in ("export", "exported") for kind in ("xlsx", "csv")),
    *(f"plan.ask_{edge}" for edge in Edge),
    *(f"plan.edge.{edge}" for edge in Edge),
    *(f"plan.column.{column}" for column in TaskColumn if column is not TaskColumn.OWNER_NO),
    *(f"plan.fact.{kind}" for kind in FactKind if kind is not FactKind.TITLE),
    *(f"plan.list.{which}" for which in Which),
    *(f"plan.outcome.{state}" for state in AskState if state is not AskState.OPEN),
    *(f"plan.verdict.{state}" for state in (AskState.ANSWERED, AskState.GRANTED, AskState.REFUSED)),
    *(f"plan.piece.{kind}" for kind in EvidenceKind),
    *(f"plan.{what}.{state}" for what in ("reopen", "settled", "settled_by", "state") for state in ("done", "dropped")),
    *(
        f"plan.fault.{fault}"
        for fault in (
            *("no_title", "too_long", "phase_unknown", "measure_unknown", "owner_no_missing", "owner_unknown"),
            *("owner_bureau", "owner_name", "due_far", "due_past", "due_unread", "state_unknown"),
        )
    ),
    *(f"notice.state_{state}" for state in NoticeState),
    *(f"notice.short_{state}" for state in NoticeState),
    *(f"notice.fate_{fate}" for fate in ("blocked", "not_joined")),
    *(f"notice.with_{kind}" for kind in ("photo", "document")),
    *(f"notice.cause_{cause}" for cause in (*CAUSES, "other")),
    *(
        f"notice.answer_{what}"
        for what in ("agreed", "returned", "corrected", "not_corrected", "missed", "nobody", "stopped", "recalled")
    ),
    *(f"notice.answer_author_{why}" for why in Barred),
    *(f"notice.answer_own_{why}" for why in Barred if why is not Barred.LEFT),
}


def catalogue(locale: Locale) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in catalogue_files(locale):
        with path.open("rb") as file:
            found = {str(message.id): str(message.string) for message in read_po(file) if message.id}
        assert not texts.keys() & found.keys(), path.name
        texts |= found
    return texts


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def literals() -> set[str]:
    """Every string constant of the sources, docstrings too."""
    return {
        node.value
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def asked_for() -> Iterator[str]:
    """Keys that the views ask for by a literal."""
    for file in (ROOT / "views").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"t", "t.plain", "t.t"}:
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    yield str(key.value)


@pytest.mark.parametrize("locale", list(Locale))
def test_every_language_has_the_same_keys_and_no_empty_text(locale: Locale) -> None:
    texts = catalogue(locale)
    assert texts.keys() == catalogue(Locale.ZH_CN).keys()
    assert [key for key, text in texts.items() if not text.strip()] == []


@pytest.mark.parametrize("locale", list(Locale))
def test_a_text_has_the_same_placeholders_in_every_language(locale: Locale) -> None:
    texts = catalogue(locale)
    chinese = catalogue(Locale.ZH_CN)
    assert [key for key in texts if placeholders(texts[key]) != placeholders(chinese[key])] == []
    assert all(re.fullmatch("[a-z_]+", name) for text in texts.values() for name in placeholders(text))


@pytest.mark.parametrize("locale", list(Locale))
def test_markup_of_every_text_is_balanced(locale: Locale) -> None:
    for key, text in catalogue(locale).items():
        reader = _Tags()
        reader.feed(text)
        assert reader.open == [], key


def test_traditional_chinese_is_what_the_generator_makes_of_simplified() -> None:
    assert {path: path.read_bytes() for path in catalogue_files(Locale.ZH_TW)} == traditional.generate()


def test_traditional_overrides_are_of_keys_that_exist() -> None:
    with traditional.OVERRIDES.open("rb") as file:
        overrides = {str(message.id) for message in read_po(file) if message.id and message.context is None}
    assert overrides <= catalogue(Locale.ZH_CN).keys()


def test_the_products_name_is_the_same_in_traditional_chinese() -> None:
    assert "窗口助手" in catalogue(Locale.ZH_TW)["sheet.title"]
    assert not [key for key, text in catalogue(Locale.ZH_TW).items() if "視窗" in text or "“" in text]


def test_practice_says_nothing_about_speed_and_ranks_nobody() -> None:
    """PRODUCT: no time is shown, no leaderboard exists. “早点再问” is about the question, not about the person."""
    told = re.compile(
        r"用时|耗时|秒|速度|太慢|最快|排名|名次|排行|\b(seconds?|speed|faster|slower|rank(ing|ed)?)\b", re.IGNORECASE
    )
    for locale in Locale:
        texts = {k: v for k, v in catalogue(locale).items() if k.startswith(("practice.", "report.", "quiz.", "kind."))}
        assert texts
        assert {key: text for key, text in texts.items() if told.search(text)} == {}


def test_catalogues_are_sorted_and_have_no_key_twice() -> None:
    for locale in Locale:
        for path in catalogue_files(locale):
            keys = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
            assert keys == sorted(set(keys)), path


def test_every_text_is_used() -> None:
    assert catalogue(Locale.ZH_CN).keys() - literals() - BUILT == set()


def test_every_key_that_is_built_or_asked_for_exists() -> None:
    known = catalogue(Locale.ZH_CN).keys()
    assert BUILT - known == set()
    asked = set(asked_for())
    assert len(asked) > 100
    assert asked - known == set()


def test_every_refusal_has_its_sentence() -> None:
    known = catalogue(Locale.ZH_CN).keys()
    errors = list(_below(DomainError))
    assert len(errors) > 5
    # A BadTable is given its key when it is raised; the literals are checked below.
    assert [error.__name__ for error in errors if error is not BadTable and error.key not in known] == []
    roster_keys = {text for text in literals() if re.fullmatch(r"roster(\.fault)?\.[a-z_]+", text)}
    assert roster_keys - known == set()


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        Texts.of(Locale.EN).t("practice.no_such_text")


def test_chinese_texts_use_full_width_signs() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;:!?]")
    assert [key for key, text in catalogue(Locale.ZH_CN).items() if half_width.search(text)] == []


def test_english_texts_hold_chinese_only_where_a_table_or_a_language_is_named() -> None:
    chinese = {key for key, text in catalogue(Locale.EN).items() if re.search("[\u4e00-\u9fff]", text)}
    allowed = {
        "people.language",
        "roster.help",
        "roster.fault.no_header",
        "plan.fault.no_header",
        "language.zh_CN",
        "language.zh_TW",
        "scores.fault.subject_unknown",
    }
    assert chinese <= allowed


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
