"""A screen as a Bot API call: method, parameters, uploads. Plain values; whoever has a client makes the call.

https://core.telegram.org/bots/api#sendmessage, #senddocument, #sendphoto, #editmessagetext, #editmessagecaption,
#editmessagemedia
"""

from dataclasses import dataclass, field

from views.screen import Attachment, Button, Screen

Upload = tuple[str, bytes]
PICTURE = "photo"  # the name under which a picture is uploaded


@dataclass(frozen=True, slots=True)
class Call:
    """What to call. ``files``: uploads by parameter, each a name and the bytes."""

    method: str
    params: dict[str, object]
    files: dict[str, Upload] = field(default_factory=dict)


def send(chat_id: int, screen: Screen) -> Call:
    """The screen as a new message; a file or a picture carries the text as its caption."""
    base = {"chat_id": chat_id, **_markup(screen)}
    caption = {"caption": screen.text, "parse_mode": "HTML"}
    if screen.file is not None:
        return Call("sendDocument", {**base, **caption}, {"document": (screen.file.name, screen.file.body)})
    if screen.photo is not None:
        return Call("sendPhoto", {**base, **caption}, {"photo": ("picture.png", screen.photo)})
    if screen.attachment is not None:
        return _attached(base | caption, screen.attachment)
    return Call("sendMessage", {**base, **_text(screen)})


def edit(chat_id: int, message_id: int, screen: Screen) -> Call:
    """The screen in place of a message of the same sort: text for text, caption for caption."""
    base = {"chat_id": chat_id, "message_id": message_id, **_markup(screen)}
    if screen.captioned:
        return Call("editMessageCaption", {**base, "caption": screen.text, "parse_mode": "HTML"})
    return Call("editMessageText", {**base, **_text(screen)})


def show_picture(chat_id: int, message_id: int | None, screen: Screen, picture: str | bytes) -> Call:
    """The screen under its picture, in place of any message (None: as a new one). ``picture``: a file id, or a PNG."""
    upload = isinstance(picture, bytes)
    files: dict[str, Upload] = {PICTURE: (f"{screen.picture}.png", picture)} if isinstance(picture, bytes) else {}
    media = f"attach://{PICTURE}" if upload else picture
    caption = {"caption": screen.text, "parse_mode": "HTML"}
    if message_id is None:
        photo = {} if upload else {"photo": picture}
        return Call("sendPhoto", {"chat_id": chat_id, **_markup(screen), **caption, **photo}, files)
    changed = {"chat_id": chat_id, "message_id": message_id, "media": {"type": "photo", "media": media, **caption}}
    return Call("editMessageMedia", {**changed, **_markup(screen)}, files)


def _attached(base: dict[str, object], attachment: Attachment) -> Call:
    method = {"photo": "sendPhoto", "document": "sendDocument"}[attachment.kind]
    return Call(method, {**base, attachment.kind: attachment.file_id})


def _text(screen: Screen) -> dict[str, object]:
    return {"text": screen.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _markup(screen: Screen) -> dict[str, object]:
    if not screen.rows:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(button) for button in row] for row in screen.rows]}}


def _button(button: Button) -> dict[str, str]:
    target = {"url": button.url} if button.url else {"callback_data": button.data or ""}
    return {"text": button.text, **target, **({"style": button.style} if button.style else {})}
