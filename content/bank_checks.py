"""What only the whole question bank shows: questions too alike, keys that give themselves away, what not to ask.

Pure: takes the questions with their places and the fact sheet, returns faults; knows no files and no runs. Reading
(`content/bank.py`) already tells of a missing source, an unknown fact and an option that speaks of other options.
Beside the faults stand the counts that our own shipped bank must keep; an office's own, smaller bank is not bound to
them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from content.bank import LETTERS, BankFiles, Place
from content.facts import Fact
from content.wording import (
    asserted_in,
    coverage,
    is_amount,
    likeness,
    numbers,
    pairs,
    plain,
    quoted,
    ranges,
    stands_in,
    without_citations,
)
from content.yaml_files import Fault
from content.yaml_files import Mapping as Node
from domain.questions import Kind, Question, Topic

SAME_WORDS, SAME_KEY = 0.63, 0.65  # likeness, from 0 to 1; see `_near_duplicates`
KEY_SHARE = (20, 30)  # percent of the single-choice questions
MOST_LONGEST = 35  # percent of the single-choice questions
ENOUGH_SINGLES = 40  # with fewer, chance alone leaves those bounds
LEAST_GIVEAWAY = 4  # characters
CASE = "案例"  # the tag of a question that tells a case


def check(bank: BankFiles, facts: Mapping[str, Fact]) -> list[Fault]:
    """Every fault of the bank as a whole and of its questions' wording, sorted by place."""
    singles = [question for question in bank.questions if question.kind is Kind.SINGLE]
    faults = [*_near_duplicates(bank), *_key_positions(bank.name, singles), *_longest_keys(bank.name, singles)]
    for question in bank.questions:
        place = bank.places[question.id]
        faults += [*_overlaps(question, place), *_answer_in_stem(question, place), *_taboos(question, place, facts)]
    return sorted(faults)


def wording_faults(question: Question, others: Iterable[Question], facts: Mapping[str, Fact]) -> list[str]:
    """What these checks say of one question that is to stand among ``others``, each as one sentence."""
    place = Place("", Node(1, 1, {}))
    known = bool(question.facts) and facts.keys() >= set(question.facts)  # an office's own question may rest on none
    own = [*_answer_in_stem(question, place), *(_taboos(question, place, facts) if known else ())]
    worded = _wording(question)
    alike = [one.id for one in others if one.id != question.id and _too_alike(_wording(one), worded)]
    return [*(f"和 {id_} 几乎是同一道题" for id_ in alike), *(fault.message for fault in own)]


# Questions too alike


@dataclass(frozen=True, slots=True)
class _Wording:
    """What is compared of a question: bigrams of its stem and key together, its key's bigrams, its key's numbers."""

    question: Question
    whole: frozenset[str]
    key: frozenset[str]
    numbers: tuple[str, ...]

    def asks_the_same(self, other: "_Wording") -> bool:
        """Whether the keys allow that both ask for the same point. A true/false question's point is in its stem."""
        one, two = self.question, other.question
        if Kind.TRUE_FALSE in {one.kind, two.kind}:
            return True
        if Kind.PICTURE in {one.kind, two.kind}:
            return (one.picture, self.key) == (two.picture, other.key)
        return self.numbers == other.numbers and coverage(self.key, other.key) >= SAME_KEY


def _near_duplicates(bank: BankFiles) -> Iterator[Fault]:
    """Pairs that say almost the same, told at the later one's stem.

    Measure: Dice's coefficient over the character bigrams of stem and key together (citations of laws left out, since
    they are alike in questions that are not), from `SAME_WORDS` = 0.63 on. So that two questions in the same words on
    another point are not blamed, their keys must agree as well: the same numbers, and from `SAME_KEY` = 0.65 on an
    overlap coefficient of their bigrams; for picture questions the same picture and place.

    Tried on the shipped bank of 525 (November 2026). Among pairs whose keys agree the nearest reach 0.61 (a true/false
    question beside a single choice on the same article of the criminal law), without true/false questions 0.49. Among
    pairs nearer than 0.63 with the same numbers the keys reach 0.60 (money too much and money too little at the end of
    a shift). Of thirteen rewordings of its questions, written for the trial, nine are told; the others reach 0.37 to
    0.62: words say little of two questions that ask for one point in words of their own.
    """
    worded = [_wording(question) for question in bank.questions]
    for earlier, later in combinations(worded, 2):
        if _too_alike(earlier, later):
            alike = likeness(earlier.whole, later.whole)
            first = bank.places[earlier.question.id]
            where = f"{first.file}:{first.node.line}（{earlier.question.id}）"
            told = f"和 {where} 几乎是同一道题（题干连同答案的字面相似度 {alike:.0%}），请删去一道或改问另一点"
            yield bank.places[later.question.id].fault("stem", told)


def _too_alike(one: _Wording, other: _Wording) -> bool:
    return likeness(one.whole, other.whole) >= SAME_WORDS and one.asks_the_same(other)


def _wording(question: Question) -> _Wording:
    key = "".join(sorted(plain(text) for text in _key_texts(question)))
    return _Wording(question, pairs(plain(without_citations(question.stem)) + key), pairs(key), numbers(key))


def _key_texts(question: Question) -> list[str]:
    """The key's options, as far as they say something."""
    return [] if question.kind is Kind.TRUE_FALSE else [question.options[index] for index in sorted(question.key)]


# Keys that give themselves away


def _key_positions(name: str, singles: list[Question]) -> Iterator[Fault]:
    """Each of A to D is the key of 20 to 30 % of the single-choice questions, from 40 such questions on."""
    if len(singles) < ENOUGH_SINGLES:
        return
    least, most = KEY_SHARE
    for letter, number in _positions(singles).items():
        share = 100 * number / len(singles)
        if not least <= share <= most:
            told = f"单选题里答案是 {letter} 的占 {share:.0f}%（{number} / {len(singles)}）"
            yield Fault(name, 1, 1, f"{told}，应在 {least}% 到 {most}% 之间")


def _longest_keys(name: str, singles: list[Question]) -> Iterator[Fault]:
    """The key is strictly the longest option in at most 35 % of the single-choice questions, from 40 such on."""
    number = sum(_longest_is_key(question) for question in singles)
    if len(singles) >= ENOUGH_SINGLES and 100 * number > MOST_LONGEST * len(singles):
        share = f"{100 * number / len(singles):.0f}%（{number} / {len(singles)}）"
        yield Fault(name, 1, 1, f"单选题里答案是最长选项的占 {share}，最多 {MOST_LONGEST}%")


def _positions(singles: Iterable[Question]) -> dict[str, int]:
    found = Counter(LETTERS[min(question.key)] for question in singles)
    return {letter: found[letter] for letter in LETTERS[:4]}


def _longest_is_key(question: Question) -> bool:
    lengths = [len(text) for text in question.options]
    longest = max(lengths)
    return lengths.count(longest) == 1 and lengths.index(longest) in question.key


def _overlaps(question: Question, place: Place) -> Iterator[Fault]:
    """Pairs of options of which one holds what the other says, told at the later one."""
    for earlier, later in combinations(range(len(question.options)), 2):
        told = _overlap(question.options[earlier], question.options[later])
        if told:
            yield place.fault("options", told, later)


def _overlap(one: str, other: str) -> str | None:
    """How two options overlap. Names of crimes are terms of their own: 侵占罪 is none of the kinds of 职务侵占罪."""
    short, long = sorted((plain(one), plain(other)), key=len)
    if short == long:
        return f"选项“{one}”和“{other}”只差标点或数字的写法"
    if ranges(short).within(ranges(long)) or ranges(long).within(ranges(short)):
        return f"选项“{one}”和“{other}”的数字范围一个在另一个之内，该选哪个说不清"
    if len(short) >= 2 and not short.endswith("罪") and asserted_in(short, long):
        return f"选项“{one}”和“{other}”一个把另一个整个包含在内，该选哪个说不清"
    return None


def _answer_in_stem(question: Question, place: Place) -> Iterator[Fault]:
    """An option of the key stands in the stem while no wrong option does.

    Counted are options of at least 4 characters, amounts (3日) of any length, and terms of at least 2 characters that
    the stem puts in quotation marks.
    """
    if question.kind is Kind.TRUE_FALSE:
        return
    stem, marked = plain(question.stem), quoted(question.stem)
    named = [index for index, text in enumerate(question.options) if _is_named(plain(text), stem, marked)]
    if question.key.issuperset(named):
        for index in named:
            yield place.fault("stem", f"题干里已经出现答案“{question.options[index]}”，而别的选项没有出现")


def _is_named(option: str, stem: str, marked: frozenset[str]) -> bool:
    if len(option) >= 2 and option in marked:
        return True
    return (len(option) >= LEAST_GIVEAWAY or is_amount(option)) and stands_in(option, stem)


# What is not to be asked


@dataclass(frozen=True, slots=True)
class _Taboo:
    """A pattern that must not be found in what ``part`` takes out of a question: ``item`` of the facts' appendix 4."""

    item: int
    why: str
    part: Callable[[Question], str]
    pattern: re.Pattern[str]


_CITES = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条|(?:根据|依据?)(?:《|[^，。；？]{0,12}公告)")
# The last clause of a stem that asks which of its options are wrong.
_WRONG = "(?:不|错误|禁止|违反|违法|超出|站不住|无权|谢绝|婉拒|忌语)"
_ASKS_FOR_WRONG = re.compile(rf"(?:哪[^，。：；]*{_WRONG}|{_WRONG}[^，。：；]*哪)[^，。：；]*$")
_SPECIAL_CARS = r"救护车|运血车|送血车|防汛车|危化品?车|危险品运输车|集装箱车"
_HOLIDAYS = r"节假日|春节|清明|劳动节|国庆|假期"
_HEIGHT = r"高度|总高|限高|超高|从地面算起"
_SEIZE = r"扣留|扣押|扣下|暂扣|罚款|搜查|没收"


def _asked(question: Question) -> str:
    return "\n".join((question.stem, *question.options))


def _written(question: Question) -> str:
    return "\n".join((_asked(question), question.explanation, question.source))


def _held(question: Question) -> str:
    """What it holds to be right: a true statement, the key, or, where it asks for the wrong ones, the rest."""
    if question.kind is Kind.TRUE_FALSE:
        return question.stem if 0 in question.key else ""
    wrong = bool(_ASKS_FOR_WRONG.search(question.stem))
    return "\n".join(text for index, text in enumerate(question.options) if (index in question.key) is not wrong)


def _stated(question: Question) -> str:
    """What it holds to be right, and what it takes for granted in asking."""
    return _held(question) if question.kind is Kind.TRUE_FALSE else f"{question.stem}\n{_held(question)}"


# Only what a machine can tell for certain; the rest of the appendix is for readers.
_TABOOS = tuple(
    _Taboo(item, why, part, re.compile(pattern))
    for item, why, part, pattern in (
        (1, "立案、量刑的具体数额不出题", _asked, r"(?:立案|追诉)标准|量刑起点|起刑点"),
        (2, "2003年旧办法已经过时", _written, r"(?<!货币鉴别及)假币收缴、鉴定管理办法"),
        (3, "货车早已不计重收费", _stated, r"(?m)^(?!.*(?:改|取消|不再|过去|以前|原来)).*计重收费"),
        (3, "旧车型标准已经过时", _held, r"[7七]座(?:及)?以下[^，。\n]{0,8}(?:1|一)类|五类车"),
        (4, "这类车各地口径不同", _asked, r"皮卡|房车|半挂牵引车|集装箱"),
        (6, "高度4.2米是另一个概念", _written, rf"(?s)(?=.*(?:{_HEIGHT}))(?=.*(?<![\d.])4\.2\s*(?:米|m))"),
        (7, "第三十九条要先复核，不写条号", _written, r"超限运输车辆行驶公路管理规定》[^；。]*第三十九条"),
        (8, "这几条2011年已经删去", _written, r"现金管理暂行条例》[^；。《]*第二十[一二]?条"),
        (11, "不写死免费的日期", _asked, rf"(?s)(?=.*(?:{_HOLIDAYS}))(?=.*免)(?=.*\d月\d+日)"),
        (12, "这类车是否免费没有统一规定", _asked, rf"(?s)(?=.*(?:{_SPECIAL_CARS}))(?=.*免(?:费|交|收))"),
        (13, "“五个一”的内容没有读到", _asked, r"五个一[^，。\n]*(?:包括|内容|哪|是指|指的)"),
        (15, "2005年版50元光变油墨的颜色说法不一", _asked, r"2005年版50元[^。？\n]*光变"),
        (17, "“2026年版纸币”没有官方依据", _written, r"2026年版[^，。\n]*(?:纸币|钞|\d元)"),
        (
            18,
            "收费员没有扣车、扣证、罚款、搜查的权力",
            _held,
            rf"收费(?:员|站|人员)[^，。；？\n不无]{{0,6}}(?:有权|可以)[^，。；？\n不无]{{0,8}}(?:{_SEIZE})",
        ),
        (
            19,
            "录像保存天数以本站规定为准",
            _asked,
            r"(?:录像|监控|视频)[^，。？\n]{0,10}保存[^，。？\n]{0,8}(?:\d+[天日]|多少|几天|几个月|多久|多长)",
        ),
    )
)


def _taboos(question: Question, place: Place, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    """What appendix 4 of the fact sheet says not to ask, and an article cited where only common knowledge stands."""
    for taboo in _TABOOS:
        if taboo.pattern.search(taboo.part(question)):
            yield place.fault("stem", f"不要出这样的题：{taboo.why}（事实表附四第 {taboo.item} 条）")
    if question.facts and all(facts[fact].grade == "K" for fact in question.facts):
        written = {"stem": question.stem, "explanation": question.explanation, "source": question.source}
        for key, text in written.items():
            found = _CITES.search(text)
            if found:
                told = f"所依据的事实都没有读到原文（[K]），不要写“{found[0]}”"
                yield place.fault(key, f"{told}，请写“通常”“按行业通行做法”")


# The counts that the shipped bank keeps


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions there are, by what they are; only courses, topics and kinds that occur.

    ``ethics_cases``: ethics questions tagged as cases. ``facts_v_used``: facts read in the original text that a
    question rests on. ``reviewed``: questions with a second reader and a day. ``key_positions`` and
    ``longest_is_key``: over the single-choice questions.
    """

    total: int
    by_course: dict[str, int]
    by_topic: dict[str, int]
    by_kind: dict[str, int]
    ethics_cases: int
    facts_v_used: int
    facts_v_total: int
    reviewed: int
    key_positions: dict[str, int]
    longest_is_key: int

    def topics(self, *topics: Topic) -> int:
        """How many questions these topics have together."""
        return sum(self.by_topic.get(topic, 0) for topic in topics)

    def kind_share(self, kind: Kind) -> float:
        """Of all questions, how many are of this kind, in percent."""
        return _percent(self.by_kind.get(kind, 0), self.total)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One bound on the shipped bank's counts: ``measure`` must be at least ``least`` and at most ``most``."""

    name: str
    measure: Callable[[Counts], float]
    least: float | None = None
    most: float | None = None

    def missed(self, counts: Counts) -> str | None:
        """What is wrong, as a sentence; None if nothing is."""
        value = self.measure(counts)
        if self.least is not None and value < self.least:
            return f"{self.name}：应不少于 {self.least:g}，现在是 {value:g}"
        if self.most is not None and value > self.most:
            return f"{self.name}：应不多于 {self.most:g}，现在是 {value:g}"
        return None


REQUIRED = (
    Requirement("题目总数", lambda counts: counts.total, least=480),
    Requirement("法律法规题", lambda counts: counts.topics(Topic.REGULATIONS), least=170),
    Requirement("廉洁自律题", lambda counts: counts.topics(Topic.ETHICS), least=70),
    Requirement(
        "廉洁自律题里的案例题（%）",
        lambda counts: _percent(counts.ethics_cases, counts.topics(Topic.ETHICS)),
        least=50,
    ),
    Requirement("服务规范题", lambda counts: counts.topics(Topic.SERVICE), least=80),
    Requirement("收费流程和假币题", lambda counts: counts.topics(Topic.PROCEDURE, Topic.COUNTERFEIT), least=160),
    Requirement("假币题", lambda counts: counts.topics(Topic.COUNTERFEIT), least=80),
    Requirement("单选题（%）", lambda counts: counts.kind_share(Kind.SINGLE), most=60),
    Requirement("多选题（%）", lambda counts: counts.kind_share(Kind.MULTIPLE), least=15),
    Requirement("判断题（%）", lambda counts: counts.kind_share(Kind.TRUE_FALSE), most=20),
    Requirement("图示题", lambda counts: counts.by_kind.get(Kind.PICTURE, 0), least=30),
    Requirement("用到的 [V] 事实（%）", lambda counts: _percent(counts.facts_v_used, counts.facts_v_total), least=65),
    Requirement("还没有复核的题", lambda counts: counts.total - counts.reviewed, most=0),
)


def count(questions: Iterable[Question], facts: Mapping[str, Fact]) -> Counts:
    """The counts of these questions."""
    listed = list(questions)
    singles = [question for question in listed if question.kind is Kind.SINGLE]
    read = {fact.id for fact in facts.values() if fact.grade == "V"}
    return Counts(
        total=len(listed),
        by_course=dict(Counter(question.topic.course.value for question in listed)),
        by_topic=dict(Counter(question.topic.value for question in listed)),
        by_kind=dict(Counter(question.kind.value for question in listed)),
        ethics_cases=sum(question.topic is Topic.ETHICS and CASE in question.tags for question in listed),
        facts_v_used=len(read.intersection(fact for question in listed for fact in question.facts)),
        facts_v_total=len(read),
        reviewed=sum(bool(question.reviewer and question.reviewed) for question in listed),
        key_positions=_positions(singles),
        longest_is_key=sum(_longest_is_key(question) for question in singles),
    )


def shortfalls(counts: Counts) -> list[str]:
    """Where counts fall short of what the shipped bank must keep, one sentence each."""
    return [missed for required in REQUIRED if (missed := required.missed(counts))]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
