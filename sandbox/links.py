"""Web addresses as Telegram takes them in links and buttons: which are allowed, and how they are written back."""

from urllib.parse import urlsplit

_APP_SCHEMES = ("tg", "ton", "tonsite")


class LinkError(ValueError):
    """The address cannot be a link; the message is Telegram's reason."""


def checked_link(url: str) -> str:
    """The address as Telegram keeps it; raises LinkError."""
    url = url.strip()
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() in _APP_SCHEMES:
        return url
    if separator and scheme.lower() not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    rest = rest if separator else url
    try:
        host = urlsplit(f"//{rest}").hostname or ""
        port = urlsplit(f"//{rest}").port
    except ValueError:
        raise LinkError("Wrong HTTP URL") from None
    if port == 0:
        raise LinkError("Wrong port number specified in the URL")
    if "." not in host.strip(".") or any(letter.isspace() for letter in host):
        raise LinkError("Wrong HTTP URL")
    return f"{scheme.lower() if separator else 'http'}://{_with_path(rest)}"


def _with_path(rest: str) -> str:
    """`rest` with the slash after the host that Telegram adds."""
    for at, letter in enumerate(rest):
        if letter == "/":
            return rest
        if letter in "?#":
            return f"{rest[:at]}/{rest[at:]}"
    return f"{rest}/"
