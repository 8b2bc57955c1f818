"""python-telegram-bot's own Bot drives every method; what it gets back must be what Telegram would send."""

import time

import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputPollOption,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from sandbox.records import Account
from sandbox.world import World

BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("好", callback_data="a:b:1", style="success"),
            InlineKeyboardButton("网", url="https://a.cn"),
        ]
    ]
)


async def test_the_bot_knows_itself(bot: telegram.Bot) -> None:
    assert (await bot.get_me()).username == "tollmate_bot"


async def test_a_start_with_payload_arrives_as_a_command(bot: telegram.Bot, world: World, stranger: Account) -> None:
    world.start(stranger.id, "tok_-1")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message.text == "/start tok_-1"
    assert update.message.parse_entities([MessageEntity.BOT_COMMAND]) == {update.message.entities[0]: "/start"}
    assert update.effective_user.language_code == "zh-hans"


async def test_a_text_with_everything_is_sent_and_edited(bot: telegram.Bot, person: Account) -> None:
    first = await bot.send_message(person.id, "一")
    sent = await bot.send_message(
        person.id,
        "<b>你好</b>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        disable_notification=True,
        protect_content=True,
        reply_parameters=ReplyParameters(first.message_id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        message_effect_id="5107584321108051014",
        allow_paid_broadcast=True,
    )
    edited = await bot.edit_message_text("再见", person.id, sent.message_id, reply_markup=BUTTONS)
    assert sent.text_html == "<b>你好</b>"
    assert sent.reply_to_message.message_id == first.message_id
    assert sent.has_protected_content
    assert sent.reply_markup == BUTTONS
    assert edited.text == "再见"
    assert edited.edit_date is not None
    bare = await bot.edit_message_reply_markup(person.id, sent.message_id)
    assert bare.reply_markup is None


async def test_explicit_entities_come_back(bot: telegram.Bot, person: Account) -> None:
    sent = await bot.send_message(person.id, "你好", entities=[MessageEntity(MessageEntity.BOLD, 0, 1)])
    assert sent.text_html == "<b>你</b>好"


async def test_reply_keyboards_come_and_go(bot: telegram.Bot, world: World, person: Account) -> None:
    await bot.send_message(person.id, "选", reply_markup=ReplyKeyboardMarkup([["甲", "乙"]]))
    assert world.chat(person.id).reply_keyboard["keyboard"] == [[{"text": "甲"}, {"text": "乙"}]]
    await bot.send_message(person.id, "谢", reply_markup=ReplyKeyboardRemove())
    assert world.chat(person.id).reply_keyboard is None


async def test_deleting_one_and_many(bot: telegram.Bot, world: World, person: Account) -> None:
    ids = [(await bot.send_message(person.id, str(number))).message_id for number in range(3)]
    assert await bot.delete_message(person.id, ids[0])
    assert await bot.delete_messages(person.id, ids[1:])
    assert not world.chat(person.id).messages.keys() & set(ids)


async def test_a_press_is_answered_once(bot: telegram.Bot, world: World, person: Account) -> None:
    sent = await bot.send_message(person.id, "题", reply_markup=BUTTONS)
    world.press(person.id, sent.message_id, "a:b:1")
    (update,) = await bot.get_updates()
    assert update.callback_query.data == "a:b:1"
    assert update.callback_query.message.message_id == sent.message_id
    assert await update.callback_query.answer("对", show_alert=True)
    with pytest.raises(telegram.error.BadRequest, match="Query is too old"):
        await update.callback_query.answer()


async def test_a_photo_goes_up_and_down(bot: telegram.Bot, person: Account, png: bytes) -> None:
    sent = await bot.send_photo(person.id, png, caption="<i>图</i>", parse_mode="HTML", has_spoiler=True)
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 20)
    assert sent.caption_html == "<i>图</i>"
    assert bytes(await (await sent.photo[-1].get_file()).download_as_bytearray()) == png
    again = await bot.send_photo(person.id, sent.photo[-1].file_id)
    assert again.photo == sent.photo
    edited = await bot.edit_message_caption(person.id, sent.message_id, caption="新", show_caption_above_media=True)
    assert edited.caption == "新"
    assert edited.show_caption_above_media


async def test_a_document_keeps_its_name(bot: telegram.Bot, person: Account) -> None:
    sent = await bot.send_document(person.id, b"BEGIN:VCALENDAR", filename="培训.ics", thumbnail=b"x")
    assert (sent.document.file_name, sent.document.mime_type) == ("培训.ics", "text/calendar")
    file = await bot.get_file(sent.document)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"


async def test_an_album_shares_one_group(bot: telegram.Bot, person: Account, png: bytes) -> None:
    sent = await bot.send_media_group(person.id, [InputMediaPhoto(png), InputMediaPhoto(png)], caption="两张")
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["两张", None]


async def test_media_can_be_exchanged(bot: telegram.Bot, person: Account, png: bytes) -> None:
    sent = await bot.send_photo(person.id, png, caption="图")
    edited = await bot.edit_message_media(
        InputMediaDocument(b"data", filename="表.xlsx", caption="表"), person.id, sent.message_id
    )
    assert edited.document.file_name == "表.xlsx"
    assert edited.caption == "表"
    assert not edited.photo


async def test_a_quiz_is_answered_and_stopped(bot: telegram.Bot, world: World, person: Account) -> None:
    sent = await bot.send_poll(
        person.id,
        "假币怎么办？",
        [InputPollOption("收下"), "按规定处置"],
        type="quiz",
        correct_option_ids=[1],
        explanation="<b>规定</b>第三条",
        explanation_parse_mode="HTML",
        is_anonymous=False,
    )
    world.vote(person.id, sent.message_id, [1])
    answer, state = await bot.get_updates()
    assert answer.poll_answer.option_ids == (1,)
    assert state.poll.options[1].voter_count == 1
    assert tuple(sent.poll.correct_option_ids) == (1,)
    assert sent.poll.explanation_entities[0].type == "bold"
    stopped = await bot.stop_poll(person.id, sent.message_id)
    assert stopped.is_closed
    assert stopped.total_voter_count == 1


async def test_a_regular_poll_closes_at_its_time(bot: telegram.Bot, person: Account) -> None:
    closing = int(time.time()) + 600
    sent = await bot.send_poll(person.id, "几点？", ["八点", "九点"], close_date=closing, allows_multiple_answers=True)
    assert sent.poll.allows_multiple_answers
    assert int(sent.poll.close_date.timestamp()) == closing


async def test_command_menus_by_scope_and_language(bot: telegram.Bot, world: World, person: Account) -> None:
    private, own = BotCommandScopeAllPrivateChats(), BotCommandScopeChat(person.id)
    await bot.set_my_commands([BotCommand("home", "首页")])
    await bot.set_my_commands([BotCommand("home", "Home")], language_code="en")
    await bot.set_my_commands([BotCommand("help", "帮助")], scope=private, language_code="zh")
    assert (await bot.get_my_commands(scope=private, language_code="zh"))[0].command == "help"
    assert world.commands.seen_by(person.id, "zh-hans") == [{"command": "help", "description": "帮助"}]
    assert world.commands.seen_by(person.id, "en") == [{"command": "home", "description": "Home"}]
    await bot.set_my_commands([BotCommand("me", "我的")], scope=own)
    assert world.commands.seen_by(person.id, "zh-hans")[0]["command"] == "me"
    await bot.delete_my_commands(scope=own)
    assert await bot.get_my_commands(scope=own) == ()


async def test_names_and_descriptions(bot: telegram.Bot) -> None:
    assert await bot.set_my_name("窗口助手二")
    assert await bot.set_my_description("说明", language_code="zh")
    assert await bot.set_my_short_description("短")
    assert (await bot.get_my_name()).name == "窗口助手二"
    assert (await bot.get_my_description(language_code="zh")).description == "说明"
    assert (await bot.get_my_short_description(language_code="en")).short_description == "短"


async def test_menu_button(bot: telegram.Bot, person: Account) -> None:
    assert await bot.set_chat_menu_button(person.id, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(person.id)).type == "commands"


async def test_chat_and_member(bot: telegram.Bot, person: Account) -> None:
    message = await bot.send_message(person.id, "重要")
    await bot.pin_chat_message(person.id, message.message_id, disable_notification=True)
    chat = await bot.get_chat(person.id)
    assert (chat.first_name, chat.username) == ("张三", "zhangsan")
    assert chat.pinned_message.text == "重要"
    assert (await bot.get_chat_member(person.id, person.id)).status == "member"
    assert await bot.unpin_chat_message(person.id)


async def test_copies_and_forwards(bot: telegram.Bot, world: World, person: Account, stranger: Account) -> None:
    world.start(stranger.id)
    sent = await bot.send_message(person.id, "<b>原文</b>", parse_mode="HTML")
    copied = await bot.copy_message(stranger.id, person.id, sent.message_id, reply_markup=BUTTONS)
    forwarded = await bot.forward_message(stranger.id, person.id, sent.message_id)
    assert world.chat(stranger.id).messages[copied.message_id]["text"] == "原文"
    assert forwarded.forward_origin.sender_user.id == bot.id


async def test_reactions_and_actions_are_shown(bot: telegram.Bot, world: World, person: Account) -> None:
    message = world.send(person.id, "做了好事")
    watcher = world.events.watch(person.id)
    assert await bot.set_message_reaction(person.id, message["message_id"], "👍")
    assert await bot.send_chat_action(person.id, "typing")
    reaction, action = await watcher.next(), await watcher.next()
    assert reaction.data["reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert action.data["action"] == "typing"


async def test_blocking_raises_forbidden_and_is_told(bot: telegram.Bot, world: World, person: Account) -> None:
    world.block(person.id, True)
    (update,) = await bot.get_updates()
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await bot.send_message(person.id, "在吗")
    world.block(person.id, False)
    assert (await bot.send_message(person.id, "在")).text == "在"


async def test_webhook_settings_are_kept(bot: telegram.Bot) -> None:
    assert await bot.set_webhook(
        "http://127.0.0.1:9/hook", secret_token="s-1", allowed_updates=["message"], max_connections=7
    )
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == ("http://127.0.0.1:9/hook", 7, ("message",))
    with pytest.raises(telegram.error.Conflict, match="webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""


async def test_leaving(bot: telegram.Bot) -> None:
    assert await bot.log_out()
    assert await bot.close()


async def test_a_wrong_token_is_refused(server: object) -> None:
    wrong = telegram.Bot("1:WRONG", base_url=f"{server.url}/bot")  # type: ignore[attr-defined]
    with pytest.raises(telegram.error.InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()
