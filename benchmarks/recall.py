"""What learners know on the day of the exam: our choice of questions beside random sets and fixed Leitner boxes.

Ours is the code itself: `domain.practice.pick`, and `Scheduler.after` with the exam's date, at most 20 due a day. The
learners are simulated, over six weeks and the shipped bank. What is assumed of them:

- A memory per question that follows FSRS-6 (stability, difficulty, the power curve, same-day reviews), with time as it
  passes, not in whole days: https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm. Each learner has
  parameters of their own, the defaults times lognormal noise of 20 %; each question, to each learner, a first stability
  of its own (noise of 50 %) and a difficulty shifted by the author's estimate and by chance (1.0). Our scheduler sees
  none of this, it goes by the defaults: its model is wrong for everybody.
- A part of the bank is known before (35 %, less of what is hard), with a stability of 20 days in the median, last met
  within the month before. Our scheduler does not see this either.
- Who remembers answers right. Who does not guesses: one of the options, one of two, for a multiple-choice question one
  of 11 (two or more of four). Half of the lucky ones own up with [蒙对的]. All read the explanation: to the memory,
  what was recalled is Good and anything else Again, a lucky guess too.
- Six of eight days are at work (two mornings, two afternoons, two nights, two off, each learner somewhere in the
  cycle), with 1 to 3 breaks hours apart, in each a set of five, answered to its end. Nothing is learnt elsewhere, from
  no question anything about another, and nothing is forgotten but by time.
- The exam, at 8:00 on the 43rd day, may ask all that was practised: the whole bank, or the one topic.

Kinds of learners beside those: 1 and 3 breaks; sets of ten, where the cap binds; weak (20 % known, stabilities halved)
and strong ones (50 %, doubled); fast forgetting (decay 0.5 instead of 0.15); one topic alone, of the largest and of 86.

The others: `random` draws every set from the whole bank. `random, in rounds` goes through the shuffled bank, and again.
`Leitner` has five boxes of 1, 2, 4, 8 and 16 days: what is due, longest due first, then what is new, then what is due
soonest, with no cap; a right answer lifts a question by a box, a wrong one puts it into the first. `Leitner, new first`
begins with what is new. All meet the same learners, and the same luck at the n-th showing of a question. Intervals are
95 % of the mean over learners (normal approximation); differences are paired by learner.
"""

import argparse
import json
import math
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from rich.console import Console
from rich.progress import track
from rich.table import Table

from content.bank import load_bank
from domain.clock import DAY, HOUR
from domain.practice import DUE_A_DAY, Card, Grade, Scheduler, pick
from domain.questions import Difficulty, Kind, Question, Topic

START = 1_775_001_600_000  # midnight of 2026-04-01 UTC: a day of the simulation is a UTC day
DAYS = 42
EXAM = START + DAYS * DAY + 8 * HOUR
LEARNERS, SEED = 100, 1
OWN_UP = 0.5  # of lucky guesses
NOISE, NOISE_QUESTION, NOISE_DIFFICULTY = 0.2, 0.5, 1.0
HARDER = {Difficulty.EASY: -0.7, Difficulty.MEDIUM: 0.2, Difficulty.HARD: 1.5}
PRIOR_DAYS, PRIOR_NOISE, PRIOR_AGE = 20.0, 0.8, 30.0
SHIFTS = ((8, 12, 15), (8, 12, 15), (15, 18, 22), (15, 18, 22), (1, 4, 23), (1, 4, 23), (), ())  # hours of breaks
BOXES = (1, 2, 4, 8, 16)  # days
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Learners of a kind. ``breaks``: least and most a working day. ``known``: share of the bank before the first day.

    ``strength`` multiplies every first stability; ``decay`` is the mean exponent of the forgetting curve; ``size``: of
    a set; ``topic``: all that is practised and asked; None is the whole bank.
    """

    name: str
    breaks: tuple[int, int] = (1, 3)
    known: float = 0.35
    strength: float = 1.0
    decay: float = DEFAULT_PARAMETERS[20]
    size: int = 5
    topic: Topic | None = None


COHORTS = (
    Cohort("1–3 breaks a day"),
    Cohort("1 break a day", breaks=(1, 1)),
    Cohort("3 breaks a day", breaks=(3, 3)),
    Cohort("3 breaks, sets of ten", breaks=(3, 3), size=10),
    Cohort("weak", known=0.2, strength=0.5),
    Cohort("strong", known=0.5, strength=2),
    Cohort("fast forgetting", decay=0.5),
    Cohort("regulations only", topic=Topic.REGULATIONS),
    Cohort("service only", topic=Topic.SERVICE),
)


@dataclass(slots=True)
class Trace:
    """The true memory of one question: FSRS-6's stability (days) and difficulty, and when it was last met (days)."""

    stability: float
    difficulty: float
    last: float


class Learner:
    """One person with a memory that no scheduler can see. The same ``seed`` makes the same person."""

    def __init__(self, cohort: Cohort, bank: Sequence[Question], seed: int) -> None:
        rng = random.Random(seed)
        self.seed = seed
        self.w = _parameters(cohort, rng)
        self.decay = self.w[20]
        self.factor = 0.9 ** (-1 / self.decay) - 1
        self.breaks = _breaks(cohort, rng)
        self.bank = bank
        self.first = [rng.lognormvariate(0, NOISE_QUESTION) for _ in bank]
        self.harder = [HARDER[q.difficulty] + rng.gauss(0, NOISE_DIFFICULTY) for q in bank]
        self.shown = [0] * len(bank)
        self.traces: list[Trace | None] = [self._prior(cohort, index, rng) for index in range(len(bank))]

    def _prior(self, cohort: Cohort, index: int, rng: random.Random) -> Trace | None:
        known = rng.random() < cohort.known * (1 - 0.15 * self.harder[index])
        stability = PRIOR_DAYS * rng.lognormvariate(0, PRIOR_NOISE)
        age = rng.uniform(0, PRIOR_AGE)
        return Trace(stability, self._difficulty(index, 3), -age) if known else None

    def recall(self, index: int, day: float) -> float:
        """The chance to know a question: FSRS-6's forgetting curve; 0 for what was never met."""
        trace = self.traces[index]
        if trace is None:
            return 0.0
        return float((1 + self.factor * max(0.0, day - trace.last) / trace.stability) ** -self.decay)

    def answer(self, index: int, day: float) -> Grade:
        """Answer a question and read its explanation."""
        luck = random.Random(self.seed * 1_000_003 + index * 1_009 + self.shown[index])
        self.shown[index] += 1
        recall = self.recall(index, day)
        knows = luck.random() < recall
        self._review(index, day, recall, 3 if knows else 1)
        if knows:
            return Grade.RIGHT
        if luck.random() >= by_chance(self.bank[index]):
            return Grade.WRONG
        return Grade.GUESSED if luck.random() < OWN_UP else Grade.RIGHT

    def _difficulty(self, index: int, rating: int) -> float:
        w = self.w
        return _clamp(w[4] - math.exp(w[5] * (rating - 1)) + 1 + self.harder[index], 1, 10)

    def _review(self, index: int, day: float, recall: float, rating: int) -> None:
        """FSRS-6: initial values, same-day stability, stability after recall and after forgetting, next difficulty."""
        w, trace = self.w, self.traces[index]
        if trace is None:
            first = w[rating - 1] * self.first[index]
            self.traces[index] = Trace(first, self._difficulty(index, rating), day)
            return
        s, d = trace.stability, trace.difficulty
        if day - trace.last < 1:
            grown = math.exp(w[17] * (rating - 3 + w[18])) * s ** -w[19]
            trace.stability = s * (max(grown, 1) if rating > 1 else grown)
        elif rating > 1:
            trace.stability = s * (
                1 + math.exp(w[8]) * (11 - d) * s ** -w[9] * (math.exp((1 - recall) * w[10]) - 1)
            )  # fmt: skip
        else:
            left = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * math.exp((1 - recall) * w[14])
            trace.stability = min(left, s / math.exp(w[17] * w[18]))
        trace.stability = max(trace.stability, 0.001)
        easy = w[4] - math.exp(3 * w[5]) + 1
        shifted = d - w[6] * (rating - 3) * (10 - d) / 9
        trace.difficulty = _clamp(w[7] * easy + (1 - w[7]) * shifted, 1, 10)
        trace.last = day


def by_chance(question: Question) -> float:
    """The chance to hit the key without knowing anything."""
    return 1 / 11 if question.kind is Kind.MULTIPLE else 1 / len(question.options)


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _parameters(cohort: Cohort, rng: random.Random) -> tuple[float, ...]:
    means = [*(cohort.strength * first for first in DEFAULT_PARAMETERS[:4]), *DEFAULT_PARAMETERS[4:20], cohort.decay]
    drawn = [mean * rng.lognormvariate(0, NOISE) for mean in means]
    return tuple(map(_clamp, drawn, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS))


def _breaks(cohort: Cohort, rng: random.Random) -> list[int]:
    """The moments (ms UTC) at which a learner has time for a set."""
    offset, moments = rng.randrange(len(SHIFTS)), []
    for day in range(DAYS):
        hours = SHIFTS[(day + offset) % len(SHIFTS)]
        count = min(len(hours), rng.randint(*cohort.breaks))
        moments += [START + day * DAY + hour * HOUR for hour in sorted(rng.sample(hours, count))]
    return moments


class Chooser(Protocol):
    """A scheduler: which questions (indexes into the bank) are asked at a moment, and what it makes of an answer."""

    def ask(self, size: int, now: int) -> Sequence[int]:
        """The next set."""

    def tell(self, index: int, grade: Grade, now: int) -> None:
        """How an answer went."""


class Ours:
    """What the bot does (services/practice/running.py), without its database."""

    def __init__(self, bank: Sequence[Question], rng: random.Random) -> None:
        self.bank, self.rng = bank, rng
        self.place = {question.id: index for index, question in enumerate(bank)}
        self.cards: dict[str, Card] = {}
        self.scheduler = Scheduler()

    def ask(self, size: int, now: int) -> Sequence[int]:
        """The next set, with what the cap leaves for today."""
        midnight = now // DAY * DAY
        again = sum(card.last_at >= midnight and card.shown > 1 for card in self.cards.values())
        picked = pick(self.bank, self.cards, size, self.rng, now, max(0, DUE_A_DAY - again))
        return [self.place[question.id] for question in picked]

    def tell(self, index: int, grade: Grade, now: int) -> None:
        """The card after an answer."""
        name, wrong = self.bank[index].id, grade is Grade.WRONG
        before = self.cards.get(name) or Card(name, 0, 0, now)
        memory = self.scheduler.after(before.memory, grade, now, EXAM)
        self.cards[name] = Card(name, before.shown + 1, before.missed + wrong, now, memory, wrong)


class Drawn:
    """Every set drawn from the whole bank."""

    def __init__(self, bank: Sequence[Question], rng: random.Random) -> None:
        self.all, self.rng = range(len(bank)), rng

    def ask(self, size: int, now: int) -> Sequence[int]:
        """Any questions."""
        return self.rng.sample(self.all, size)

    def tell(self, index: int, grade: Grade, now: int) -> None:
        """Learns nothing from answers."""


class Rounds(Drawn):
    """Through the shuffled bank, and again."""

    def __init__(self, bank: Sequence[Question], rng: random.Random) -> None:
        super().__init__(bank, rng)
        self.left: list[int] = []

    def ask(self, size: int, now: int) -> Sequence[int]:
        """The next ones of the round."""
        if len(self.left) < size:
            again = self.rng.sample(self.all, len(self.all))
            self.left += [index for index in again if index not in self.left]
        asked, self.left = self.left[:size], self.left[size:]
        return asked


class Leitner:
    """Five boxes, what is due before what is new."""

    new_first = False

    def __init__(self, bank: Sequence[Question], rng: random.Random) -> None:
        self.new = rng.sample(range(len(bank)), len(bank))
        self.box: dict[int, int] = {}
        self.due: dict[int, int] = {}  # day

    def ask(self, size: int, now: int) -> Sequence[int]:
        """Due ones and new ones, then early ones."""
        waiting = sorted(self.due, key=lambda index: (self.due[index], self.box[index]))
        due = [index for index in waiting if self.due[index] <= now // DAY]
        later = waiting[len(due) :]
        return [*self.new, *due, *later][:size] if self.new_first else [*due, *self.new, *later][:size]

    def tell(self, index: int, grade: Grade, now: int) -> None:
        """A box up, or back into the first."""
        if index not in self.box:
            self.new.remove(index)
        box = 0 if grade is Grade.WRONG else min(self.box.get(index, -1) + 1, len(BOXES) - 1)
        self.box[index], self.due[index] = box, now // DAY + BOXES[box]


class LeitnerNewFirst(Leitner):
    """Five boxes, what is new before what is due."""

    new_first = True


CHOOSERS: dict[str, Callable[[Sequence[Question], random.Random], Chooser]] = {
    OURS: Ours,
    "random": Drawn,
    "Leitner": Leitner,
    "random, in rounds": Rounds,
    "Leitner, new first": LeitnerNewFirst,
}


@dataclass(frozen=True, slots=True)
class Result:
    """One learner at the exam, in % of the bank; how many questions were ever asked, and how many answers given."""

    recall: float
    score: float
    asked: int
    answers: int


def sit(cohort: Cohort, bank: Sequence[Question], seed: int, chooser: Chooser) -> Result:
    """Six weeks of one learner with one scheduler."""
    learner = Learner(cohort, bank, seed)
    for now in learner.breaks:
        for index in chooser.ask(cohort.size, now):
            chooser.tell(index, learner.answer(index, (now - START) / DAY), now)
    recall = [learner.recall(index, (EXAM - START) / DAY) for index in range(len(bank))]
    score = [known + (1 - known) * by_chance(question) for known, question in zip(recall, bank, strict=True)]
    asked = sum(map(bool, learner.shown))
    return Result(100 * statistics.fmean(recall), 100 * statistics.fmean(score), asked, sum(learner.shown))


Results = dict[str, dict[str, list[Result]]]


def run(learners: int, seed: int) -> Results:
    """Results by cohort and scheduler, one a learner."""
    questions, results = load_bank()[0], Results()
    steps = [(cohort, name) for cohort in COHORTS for name in CHOOSERS]
    for cohort, name in track(steps, "learning", console=Console(stderr=True), transient=True):
        bank = [question for question in questions if cohort.topic in {None, question.topic}]
        results.setdefault(cohort.name, {})[name] = [
            sit(cohort, bank, one, CHOOSERS[name](bank, random.Random(f"{name} {one}")))
            for one in range(seed, seed + learners)
        ]
    return results


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and half the width of its 95 % interval."""
    return statistics.fmean(values), 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def summary(results: Results) -> dict[str, dict[str, dict[str, tuple[float, float]]]]:
    """By cohort, scheduler and measure: the mean and half its interval. ``ours_more_*``: ours minus this one."""
    return {
        cohort: {name: _summary(by_name[OURS], of_one) for name, of_one in by_name.items()}
        for cohort, by_name in results.items()
    }


def _summary(ours: list[Result], results: list[Result]) -> dict[str, tuple[float, float]]:
    return {
        "recall": interval([one.recall for one in results]),
        "ours_more_recall": interval([our.recall - one.recall for our, one in zip(ours, results, strict=True)]),
        "score": interval([one.score for one in results]),
        "ours_more_score": interval([our.score - one.score for our, one in zip(ours, results, strict=True)]),
        "asked": interval([one.asked for one in results]),
        "answers": interval([one.answers for one in results]),
    }


def show(results: Results) -> None:
    """One table, a section for each cohort."""
    learners = len(next(iter(results.values()))[OURS])
    table = Table(title=f"at the exam, % of the bank: mean ± 95 % over {learners} learners a section")
    table.add_column("", no_wrap=True)
    for title in ("by memory", "ours more", "score", "ours more", "asked"):
        table.add_column(title, justify="right", no_wrap=True)
    for cohort, by_name in summary(results).items():
        table.add_row(f"[bold]{cohort}: {by_name[OURS]['answers'][0]:.0f} answers[/]")
        for name, told in by_name.items():
            more = [_cell(told[f"ours_more_{part}"], "+") if name != OURS else "" for part in ("recall", "score")]
            asked = f"{told['asked'][0]:.0f}"
            table.add_row(f"  {name}", _cell(told["recall"]), more[0], _cell(told["score"]), more[1], asked)
        table.add_section()
    Console(width=110).print(table)


def _cell(value: tuple[float, float], sign: str = "") -> str:
    return f"{value[0]:{sign}.1f} ± {value[1]:.1f}"


def main() -> None:
    """Command line: ``--learners``, ``--seed``, ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=LEARNERS, help="in each cohort")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first learner; the next has the next")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = run(given.learners, given.seed)
    if given.json:
        sys.stdout.write(json.dumps(summary(results), ensure_ascii=False) + "\n")
    else:
        show(results)


if __name__ == "__main__":
    main()
