"""What can be refused, as values: each error names the text a person is shown. No words here, no Telegram.

``key`` is a catalogue key (``error.moved_on``); ``values`` fill its placeholders.
"""


class DomainError(Exception):
    """A request that the rules refuse. The person gets one polite sentence; nothing has changed."""

    key = "error.refused"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.key)


class NotYours(DomainError):
    """The row that was named belongs to somebody else, or lies outside the caller's part of the tree."""

    key = "error.not_yours"


class NotForRole(DomainError):
    """The caller's role does not include this action."""

    key = "error.not_for_role"


class MovedOn(DomainError):
    """A button of a message whose subject has changed since; the current state is shown instead."""

    key = "error.moved_on"


class NotFound(DomainError):
    """The row that was named does not exist."""

    key = "error.not_found"
