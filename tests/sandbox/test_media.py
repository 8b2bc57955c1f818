"""Pictures inside messages: sent once, kept by file_id, exchanged, put in the place of a text, captioned."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto

from sandbox.records import Account, Group, Upload
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="a")]])


@pytest.fixture
def other_png(png: bytes) -> bytes:
    """A picture of 80 × 20."""
    return png[:16] + (80).to_bytes(4, "big") + png[20:]


@pytest.fixture
def photo(world: World, png: bytes) -> str:
    """The file_id of a picture that Telegram knows."""
    return world.files.add_photo(Upload("a.png", "image/png", png)).file_id


async def test_a_text_becomes_a_photo_with_caption_and_buttons(
    bot: telegram.Bot, world: World, person: Account, png: bytes
) -> None:
    sent = await bot.send_message(person.id, "第一题", reply_markup=BUTTONS)
    edited = await bot.edit_message_media(
        InputMediaPhoto(png, caption="<b>第一题</b>", parse_mode="HTML"),
        person.id,
        sent.message_id,
        reply_markup=BUTTONS,
    )
    assert (edited.message_id, edited.text, edited.caption_html) == (sent.message_id, None, "<b>第一题</b>")
    assert edited.reply_markup == BUTTONS
    assert (edited.photo[-1].width, edited.photo[-1].height) == (40, 20)
    assert edited.edit_date
    assert "text" not in world.chat(person.id).messages[sent.message_id]


async def test_a_photo_is_exchanged_by_upload_and_by_its_file_id(
    bot: telegram.Bot, person: Account, png: bytes, other_png: bytes
) -> None:
    sent = await bot.send_photo(person.id, png, caption="一")
    other = await bot.edit_message_media(InputMediaPhoto(other_png, caption="二"), person.id, sent.message_id)
    assert other.photo[-1].file_unique_id != sent.photo[-1].file_unique_id
    back = await bot.edit_message_media(InputMediaPhoto(sent.photo[-1].file_id), person.id, sent.message_id)
    assert (back.photo, back.caption) == (sent.photo, None)


async def test_media_work_in_a_group_too(bot: telegram.Bot, group: Group, png: bytes, photo: str) -> None:
    sent = await bot.send_message(group.id, "题")
    edited = await bot.edit_message_media(InputMediaPhoto(png), group.id, sent.message_id)
    assert edited.photo
    assert edited.chat.id == group.id
    assert (await bot.send_photo(group.id, photo)).photo[-1].file_id == photo


async def test_a_photo_has_a_caption_to_edit_and_no_text(
    ask: Ask, refusal: Refusal, person: Account, photo: str
) -> None:
    _, answer = await ask("sendPhoto", chat_id=person.id, photo=photo, caption="一")
    here = {"chat_id": person.id, "message_id": answer["result"]["message_id"]}
    assert await refusal("editMessageText", **here, text="x") == "Bad Request: there is no text in the message to edit"
    _, answer = await ask("editMessageCaption", **here, caption="二")
    assert (answer["result"]["caption"], answer["result"]["photo"][-1]["file_id"]) == ("二", photo)
    assert (await refusal("editMessageCaption", **here, caption="二")).startswith(
        "Bad Request: message is not modified"
    )
    _, answer = await ask("editMessageCaption", **here)
    assert "caption" not in answer["result"]


async def test_a_text_that_became_a_photo_does_not_become_a_text_again(
    ask: Ask, refusal: Refusal, person: Account, photo: str
) -> None:
    _, answer = await ask("sendMessage", chat_id=person.id, text="题")
    here = {"chat_id": person.id, "message_id": answer["result"]["message_id"]}
    assert (await ask("editMessageMedia", **here, media={"type": "photo", "media": photo}))[0] == 200
    assert await refusal("editMessageText", **here, text="x") == "Bad Request: there is no text in the message to edit"
    assert (await ask("editMessageCaption", **here, caption="题"))[0] == 200


async def test_the_same_photo_changes_nothing(ask: Ask, refusal: Refusal, person: Account, photo: str) -> None:
    _, answer = await ask("sendPhoto", chat_id=person.id, photo=photo, caption="一")
    here = {"chat_id": person.id, "message_id": answer["result"]["message_id"]}
    same = {"type": "photo", "media": photo, "caption": "一"}
    assert (await refusal("editMessageMedia", **here, media=same)).startswith("Bad Request: message is not modified")
    assert (await ask("editMessageMedia", **here, media={**same, "show_caption_above_media": True}))[0] == 200


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        ({"type": "photo", "media": "attach://nothing"}, "can't parse InputMedia: media not found"),
        ({"type": "photo"}, "can't parse InputMedia: media not found"),
        ({"type": "photo", "media": "unknown"}, "wrong file identifier/HTTP URL specified"),
        ({"type": "photo", "media": "https://a.cn/x.png"}, "failed to get HTTP URL content"),
        ({"type": "animation", "media": "x"}, 'can\'t parse InputMedia: type "animation" is unsupported'),
        ("{", "can't parse input media JSON object"),
        (5, "can't parse InputMedia: expected an Object"),
    ],
)
async def test_media_that_cannot_be_had_are_refused(
    ask: Ask, refusal: Refusal, person: Account, media: object, reason: str
) -> None:
    _, answer = await ask("sendMessage", chat_id=person.id, text="题")
    here = {"chat_id": person.id, "message_id": answer["result"]["message_id"]}
    assert await refusal("editMessageMedia", **here, media=media) == f"Bad Request: {reason}"


async def test_captions_of_media_have_their_limit(ask: Ask, refusal: Refusal, person: Account, photo: str) -> None:
    _, answer = await ask("sendMessage", chat_id=person.id, text="题")
    here = {"chat_id": person.id, "message_id": answer["result"]["message_id"]}
    media = {"type": "photo", "media": photo, "caption": "字" * 1025}
    assert await refusal("editMessageMedia", **here, media=media) == "Bad Request: message caption is too long"
    media["caption"] = "字" * 1024
    assert (await ask("editMessageMedia", **here, media=media))[0] == 200


async def test_no_photo_comes_into_polls_others_messages_or_messages_with_a_keyboard(
    ask: Ask, refusal: Refusal, world: World, group: Group, person: Account, photo: str
) -> None:
    _, poll = await ask("sendPoll", chat_id=group.id, question="问", options=["甲", "乙"])
    _, keyed = await ask("sendMessage", chat_id=group.id, text="选", reply_markup={"keyboard": [["甲"]]})
    theirs = world.send(person.id, "/x", chat=group.id)["message_id"]
    media = {"type": "photo", "media": photo}
    for number in (poll["result"]["message_id"], keyed["result"]["message_id"], theirs):
        assert (
            await refusal("editMessageMedia", chat_id=group.id, message_id=number, media=media)
            == "Bad Request: message media can't be edited"
        )


async def test_an_album_keeps_its_kind(bot: telegram.Bot, person: Account, png: bytes) -> None:
    first, _ = await bot.send_media_group(person.id, [InputMediaPhoto(png), InputMediaPhoto(png)])
    with pytest.raises(telegram.error.BadRequest, match="Can't change media type in the album"):
        await bot.edit_message_media(InputMediaDocument(b"x", filename="a.txt"), person.id, first.message_id)
    assert (await bot.edit_message_media(InputMediaPhoto(png), person.id, first.message_id)).media_group_id


async def test_the_phone_is_told_of_the_new_picture(ask: Ask, world: World, person: Account, photo: str) -> None:
    _, answer = await ask("sendMessage", chat_id=person.id, text="题")
    watcher = world.events.watch(person.id)
    media = {"type": "photo", "media": photo}
    await ask("editMessageMedia", chat_id=person.id, message_id=answer["result"]["message_id"], media=media)
    event = await watcher.next()
    assert event is not None
    assert (event.data["type"], event.data["message"]["photo"][-1]["file_id"]) == ("edit", photo)  # type: ignore[index]
