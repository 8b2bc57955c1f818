"""薄弱点: what a person misses, and not by chance. One mistake is no weakness, and few answers tell nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from domain.questions import Topic

LEAST = 8  # answers about a subject before anything is said of it
TOO_MANY = 0.25  # share of wrong answers that the lower bound has to pass
SHOWN = 3
_Z = 1.2816  # 90 % one-sided


@dataclass(frozen=True, slots=True)
class Weakness:
    """A subject (a tag within a topic), how many of its answers were wrong, and the lower bound of that share."""

    topic: Topic
    tag: str
    answers: int
    wrong: int
    share: float


def weaknesses(tallies: Iterable[tuple[Topic, str, int, int]]) -> tuple[Weakness, ...]:
    """The weakest subjects first, at most three. ``tallies``: topic, tag, answers, wrong ones; parts are added up."""
    answers: Counter[tuple[Topic, str]] = Counter()
    wrong: Counter[tuple[Topic, str]] = Counter()
    for topic, tag, given, missed in tallies:
        answers[topic, tag] += given
        wrong[topic, tag] += missed
    found = [
        Weakness(topic, tag, n, wrong[topic, tag], lower_bound(wrong[topic, tag], n))
        for (topic, tag), n in answers.items()
        if n >= LEAST
    ]
    weak = sorted((one for one in found if one.share > TOO_MANY), key=lambda one: (-one.share, one.topic, one.tag))
    return tuple(weak[:SHOWN])


def lower_bound(hits: int, n: int) -> float:
    """The share that lies below the true one with 90 % confidence: Wilson's score interval, one-sided.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    if n == 0:
        return 0.0
    p, z2 = hits / n, _Z * _Z
    return (p + z2 / (2 * n) - _Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
