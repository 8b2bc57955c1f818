"""Refusals and mishaps in one polite line. Knows keys, not causes."""

from domain.errors import DomainError
from views.texts import Texts


def line(t: Texts, error: DomainError) -> str:
    """What a refused person is told."""
    return t(error.key, **error.values)


def moved_on(t: Texts) -> str:
    """For a press on something that has changed since."""
    return t("error.moved_on")


def unexpected(t: Texts, reference: str) -> str:
    """For a bug; ``reference`` finds it in the log."""
    return t("error.unexpected", reference=reference)


def not_for_strangers(t: Texts) -> str:
    """For an account that nobody of the office has joined with."""
    return t("error.not_for_strangers")
