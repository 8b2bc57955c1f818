"""What a person sent, as plain values: text, a photo, a file. Reads the message, answers nothing."""

from dataclasses import dataclass

from telegram import Message


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``origin`` (``chat:message``) names it for ever; ``html`` is its text as Telegram's HTML.

    ``photo`` and ``document`` are file ids, ``unique`` is the file's own name for ever; ``file_size`` is in bytes;
    ``album`` is the same for the parts of an album. ``other``: it holds something else, a voice or a sticker.
    """

    origin: str
    message_id: int
    text: str
    html: str
    photo: str | None
    unique: str
    document: str | None
    file_name: str
    file_size: int
    mime: str
    album: str | None
    other: bool


def said(message: Message) -> Said:
    """The parts of a message that forms take in."""
    photo, document = (message.photo[-1] if message.photo else None), message.document
    text = message.text or message.caption or ""
    return Said(
        origin=f"{message.chat.id}:{message.message_id}",
        message_id=message.message_id,
        text=text,
        html=(message.text_html if message.text else message.caption_html) or "",
        photo=photo.file_id if photo else None,
        unique=(photo or document).file_unique_id if photo or document else "",  # type: ignore[union-attr]
        document=document.file_id if document else None,
        file_name=(document.file_name or "") if document else "",
        file_size=((document or photo).file_size or 0) if document or photo else 0,  # type: ignore[union-attr]
        mime=(document.mime_type or "") if document else "",
        album=message.media_group_id,
        other=not (message.text or photo or document),
    )
