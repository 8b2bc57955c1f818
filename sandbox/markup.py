"""Reply markup: what a bot may put under a message, checked as Telegram checks it. Knows no chats and no messages."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import BUTTON_DATA_INVALID, MARKUP_TOO_LONG, ApiError, bad_request
from sandbox.links import LinkError, checked_link
from sandbox.records import Json

_STYLES = ("primary", "success", "danger")


@dataclass(frozen=True, slots=True)
class Markup:
    """Checked markup: `inline` goes with the message, `keyboard` (or its removal) belongs to the chat."""

    inline: Json | None = None
    keyboard: Json | None = None
    removes_keyboard: bool = False


NO_MARKUP = Markup()


def read_markup(value: object) -> Markup:
    """Check a decoded `reply_markup`; raises ApiError with Telegram's text."""
    if value is None:
        return NO_MARKUP
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        rows = _rows(value["inline_keyboard"], "inline_keyboard")
        keyboard = [[_inline_button(button) for button in row] for row in rows]
        return Markup(inline={"inline_keyboard": keyboard}) if any(keyboard) else NO_MARKUP
    if "keyboard" in value:
        return Markup(keyboard=_reply_keyboard(value))
    if value.get("remove_keyboard"):
        return Markup(removes_keyboard=True)
    if value.get("force_reply"):
        return Markup(keyboard=dict(value))
    return NO_MARKUP


def read_inline(value: object) -> Json | None:
    """The inline keyboard of an edit; other kinds of markup make a message uneditable."""
    markup = read_markup(value)
    if markup.keyboard is not None or markup.removes_keyboard:
        raise bad_request("inline keyboard expected")
    return markup.inline


def _rows(value: object, name: str) -> list[list[object]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" must be of type Array')
    if any(not isinstance(row, list) for row in value):
        raise bad_request(f'field "{name}" must be an Array of Arrays')
    rows = [row for row in value if row]
    if sum(map(len, rows)) > limits.BUTTONS_PER_MARKUP or any(len(row) > limits.BUTTONS_PER_ROW for row in rows):
        raise bad_request(MARKUP_TOO_LONG)
    return rows


def _reply_keyboard(value: Json) -> Json:
    rows = [[_keyboard_button(button) for button in row] for row in _rows(value["keyboard"], "keyboard")]
    placeholder = value.get("input_field_placeholder")
    if isinstance(placeholder, str) and utf16_length(placeholder) > limits.PLACEHOLDER:
        raise bad_request("INPUT_FIELD_PLACEHOLDER_INVALID")
    return {**value, "keyboard": rows}


def _keyboard_button(button: object) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise _keyboard_refusal("KeyboardButton must be a String or an Object")
    _check_text_and_style(button, _keyboard_refusal)
    return dict(button)


def _inline_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise _inline_refusal("InlineKeyboardButton must be an Object")
    _check_text_and_style(button, _inline_refusal)
    if button.get("url"):
        _check_url(button["url"])
    elif button.get("callback_data"):
        data = button["callback_data"]
        if not isinstance(data, str) or len(data.encode()) > limits.CALLBACK_DATA_BYTES:
            raise bad_request(BUTTON_DATA_INVALID)
    elif "copy_text" in button:
        _check_copy_text(button["copy_text"])
    elif not any(key in button for key in _OTHER_ACTIONS):
        raise _inline_refusal("Text buttons are unallowed in the inline keyboard")
    return dict(button)


_OTHER_ACTIONS = (
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "pay",
    "callback_game",
)


def _check_text_and_style(button: Json, refusal: Callable[[str], ApiError]) -> None:
    text = button.get("text")
    if text is None:
        raise refusal('Can\'t find field "text"')
    if not isinstance(text, str):
        raise refusal('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    style = button.get("style")
    if style not in (None, "", "default") and str(style).lower() not in _STYLES:
        raise refusal("invalid button style specified")


def _check_url(url: object) -> None:
    if not isinstance(url, str):
        raise _inline_refusal('Field "url" must be of type String')
    try:
        checked_link(url)
    except LinkError as reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}") from None


def _check_copy_text(value: object) -> None:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= utf16_length(text) <= limits.COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _inline_refusal(text: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {text}")


def _keyboard_refusal(text: str) -> ApiError:
    return bad_request(f"can't parse keyboard button: {text}")
