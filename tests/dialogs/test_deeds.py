"""Dialogs of good deeds, with every tap counted: ten seconds in the booth, one tap for whoever signs."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.records import Upload
from tests.dialogs.conftest import QUICK, Scene, holds
from tests.dialogs.phone import Phone
from tests.dialogs.test_plan import PNG, data, download, gets

AUTHOR, MATE, OTHER_TEAM, LEADER, HEAD, OTHER_HEAD, OFFICE, BUREAU = (
    *("1017", "1018", "1021", "1009", "1005", "1006", "1002", "1001"),
)
WORDS = "刚才在3号车道帮司机换轮胎"


@pytest_asyncio.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The bot, without quiet hours and quick, so that what it says first comes at once."""
    scene.extra |= QUICK
    async with scene.bot():
        yield scene


def picture(n: int = 0) -> Upload:
    """A picture; each number another."""
    return Upload(f"{n}.png", "image/png", PNG + bytes([n]))


async def photographs(phone: Phone, words: str = WORDS, *pictures: Upload) -> None:
    """Sends a photo (or an album) with a caption."""
    uploads = list(pictures) or [picture()]
    await phone._acts(lambda: phone.world.send_photos(phone.account, uploads, words))


async def logs(phone: Phone, words: str = WORDS, *pictures: Upload) -> None:
    """A photo with caption, and the two taps."""
    await photographs(phone, words, *pictures)
    await phone.taps("记为好事")
    await phone.taps("提交")
    await phone.shows("待初核")


async def asked(phone: Phone, part: str = WORDS) -> int:
    """Wait for the request to sign; its message."""
    return await gets(phone, "待", "核", part)


async def signs(phone: Phone, part: str = WORDS) -> str:
    """The one tap."""
    message = await asked(phone, part)
    return await phone.presses(data(phone, message, "属实"), message)


# logging -----------------------------------------------------------------------------------------------------------


async def test_a_photo_with_a_caption_is_logged_with_one_message_and_two_taps(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone)  # 1 message
    await phone.shows("照片收到了，要记为好事吗")
    await phone.taps("记为好事")  # tap 1
    await phone.shows(WORDS, "类别：帮扶", "地点：东山收费站，3号车道", "照片：1 张", "还没提交")
    said = await phone.taps("提交")  # tap 2
    assert "已提交" in said
    await phone.shows("待初核")


async def test_a_bare_line_is_logged_with_two_taps_as_well(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("昨天捡到一个钱包，交还失主了")
    await phone.shows("要记为好事吗")
    await phone.taps("记为好事")
    await phone.shows("类别：拾金不昧")
    await phone.taps("提交")
    await phone.shows("待初核")


async def test_from_the_command_it_is_a_message_and_one_tap(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("/deed")
    await phone.shows("好人好事", "发一张照片或者一句话就行", "不要有人脸和车牌")
    await photographs(phone)
    await phone.shows(WORDS, "还没提交")
    await phone.taps("提交")
    await phone.shows("待初核")


async def test_an_album_is_asked_about_once(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone, WORDS, picture(1), picture(2), picture(3))
    await phone.taps("记为好事")
    await phone.shows("照片：一组")
    await phone.taps("提交")
    await phone.types("/deed")
    text = await phone.shows("我记的")
    assert text.count("换轮胎") == 1


async def test_a_photo_without_words_asks_for_them_and_keeps_the_photo(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone, "")
    await phone.taps("记为好事")
    await phone.shows("还缺一句话")
    assert not any("提交" in text for text in phone.buttons())
    await phone.types(WORDS)
    await phone.shows(WORDS, "照片：1 张")
    await phone.taps("提交")
    await phone.shows("待初核")


async def test_a_file_that_is_no_photo_is_said_and_the_words_are_kept(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("/deed")
    upload = Upload("说明.pdf", "application/pdf", b"%PDF")
    await phone._acts(lambda: phone.world.send_documents(phone.account, [upload], WORDS))
    await phone.shows("这个文件不是照片，没有收下；文字已经记下", WORDS)
    await phone.taps("提交")
    await phone.shows("待初核")


async def test_a_photo_over_twenty_megabytes_is_said_and_the_words_are_kept(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("/deed")
    upload = Upload("大图.jpg", "image/jpeg", b"\xff\xd8" + bytes(20 * 1024 * 1024))
    await phone._acts(lambda: phone.world.send_documents(phone.account, [upload], WORDS))
    await phone.shows("照片超过 20 MB，没有收下；文字已经记下", WORDS)


async def test_a_large_photo_with_words_and_no_form_open_is_said_and_the_words_are_offered(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    upload = Upload("大图.jpg", "image/jpeg", b"\xff\xd8" + bytes(20 * 1024 * 1024))
    await phone._acts(lambda: phone.world.send_documents(phone.account, [upload], WORDS))
    await phone.shows("照片超过 20 MB，没有收下；文字已经记下", WORDS)
    await phone._acts(lambda: phone.world.send_documents(phone.account, [upload], ""))
    await phone.shows("请缩小后再发")


async def test_a_time_that_is_still_to_come_is_refused_in_one_line(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone)
    await phone.taps("记为好事")
    await phone.taps("时间")
    await phone.types("明天上午9点")
    await phone.shows("时间还没到")
    await phone.types("昨天上午9点")
    await phone.shows("09:00", "还没提交")


async def test_everything_can_be_mended_before_it_is_handed_in(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone)
    await phone.taps("记为好事")
    await phone.taps("类别")
    await phone.taps("便民服务")
    await phone.taps("地点")
    await phone.types("匝道口")
    await phone.taps("一起做的人")
    await phone.taps("苏巧云")
    await phone.taps("返回")
    await phone.taps("文明标准")
    await phone.taps("团结爱站")
    await phone.taps("返回")
    await phone.taps("改文字")
    await phone.types("帮司机把车推到应急车道")
    await phone.shows("帮司机把车推到应急车道", "便民服务", "匝道口", "一起做的：苏巧云", "团结爱站")


async def test_pressed_twice_it_is_one_deed(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone)
    await phone.taps("记为好事")
    submit = phone.button("提交")
    await phone.presses(submit)
    await phone.presses(submit)
    await phone.types("/deed")
    assert (await phone.shows("我记的")).count("换轮胎") == 1


async def test_a_line_that_is_no_deed_is_thrown_away_with_a_tap(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("今天下午要开会")
    await phone.taps("不是")
    await phone.shows("没有记")
    await phone.types("/deed")
    assert "我记的" not in phone.text()


@pytest.mark.parametrize("words", ["今天几点开会？", "好的", "11-30", "在吗"])
async def test_what_cannot_be_a_deed_gets_the_usual_hint(running: Scene, words: str) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types(words)
    await phone.shows("请点按钮")


async def test_the_bureau_is_offered_nothing_to_log(running: Scene) -> None:
    phone = await holds(running, BUREAU)
    await phone.types("做了一件好事")
    text = await phone.shows("请点按钮")
    assert "好事" not in text


# signing -----------------------------------------------------------------------------------------------------------


async def test_each_signature_is_one_tap_and_the_author_is_thanked(running: Scene) -> None:
    author, leader, head = await holds(running, AUTHOR), await holds(running, LEADER), await holds(running, HEAD)
    await logs(author)
    assert "已核实" in await signs(leader)
    assert "已核实" in await signs(head)
    await gets(author, "谢谢您", WORDS)


async def test_clean_ones_are_confirmed_together_with_two_taps(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author, "帮老人搬行李上车", picture(1))
    await logs(author, "捡到手机交还失主", picture(2))
    await asked(leader, "捡到手机")
    await leader.types("/deed")
    await leader.taps("等我核实（2 件）")
    await leader.taps("没有疑点的一次确认")  # 1
    await leader.shows("下面 2 件没有疑点", "帮老人搬行李上车", "捡到手机交还失主")
    said = await leader.taps("2 件全部属实")  # 2
    assert "已核实 2 件" in said
    await leader.shows("没有等您核实的好事")


async def test_the_first_screen_says_what_waits_and_one_tap_opens_the_oldest(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author, "帮老人搬行李上车", picture(1))
    await logs(author, "捡到手机交还失主", picture(2))
    await leader.types("/home")
    await leader.taps("等您核实的好事 2 件")
    await leader.shows("帮老人搬行李上车")
    await leader.taps("属实")
    await leader.shows("捡到手机交还失主")
    await leader.taps("属实")
    await leader.shows("待复核")


async def test_the_author_cannot_sign_with_a_forged_press(running: Scene) -> None:
    author, head = await holds(running, AUTHOR), await holds(running, HEAD)
    await logs(author)
    said = await author.presses("deeds:sign:1:0:0")
    assert "要由别人核实" in said
    await head.types("/deed")
    assert not any("等我核实" in text for text in head.buttons())


@pytest.mark.parametrize("who", [MATE, OTHER_TEAM, OTHER_HEAD, BUREAU])
async def test_a_forged_press_of_somebody_else_signs_nothing(running: Scene, who: str) -> None:
    author, other = await holds(running, AUTHOR), await holds(running, who)
    await logs(author)
    await other.types("/home")
    said = await other.presses("deeds:sign:1:0:0")
    assert said
    await author.types("/deed")
    await author.shows("待初核")


async def test_a_forged_press_of_a_stranger_signs_nothing(running: Scene) -> None:
    author, stranger = await holds(running, AUTHOR), running.stranger()
    await logs(author)
    await stranger.start()
    said = await stranger.shows("邀请")
    stranger.world.press(stranger.account, int(str(stranger.last()["message_id"])), "deeds:sign:1:0:0")
    await stranger.types("/deed")
    assert stranger.text() == said
    await author.types("/deed")
    await author.shows("待初核")


@pytest.mark.parametrize(
    "forged", ["deeds:sign:1", "deeds:sign:1:0:0:0", "deeds:sign:x:0:0", "deeds:sign:999:0:0", "deeds:to_kind:1:hero"]
)
async def test_data_that_no_button_carries_changes_nothing(running: Scene, forged: str) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    await leader.types("/home")
    assert await leader.presses(forged)
    await author.types("/deed")
    await author.shows("待初核")


async def test_an_old_button_after_a_change_shows_the_deed_as_it_is(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    message = await asked(leader)
    old = data(leader, message, "属实")
    await author.taps("修改")
    await author.taps("类别")
    await author.taps("公益")
    await leader.presses(old, message)
    await leader.world.wait_for(
        lambda _: "公益" in str(next(m["text"] for m in leader.messages() if m["message_id"] == message))
    )
    await author.types("/deed")
    await author.shows("待初核")


async def test_a_returned_deed_is_mended_with_one_tap_and_handed_in_again(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    message = await asked(leader)
    await leader.presses(data(leader, message, "退回"), message)
    await leader.world.wait_for(lambda _: any("时间不对" in str(m.get("reply_markup")) for m in leader.messages()))
    await leader.presses(data(leader, message, "时间不对"), message)
    told = await gets(author, "被退回了", "时间不对")
    await author.presses(data(author, told, "改时间"), told)
    await author.world.wait_for(lambda _: "昨天" in str(author.last()["reply_markup"]))
    await author.presses(data(author, told, "昨天"), told)
    await author.world.wait_for(lambda _: "再次提交" in str(author.last()["reply_markup"]))
    await author.presses(data(author, told, "再次提交"), told)
    await author.world.wait_for(lambda _: "待初核" in author.text())


async def test_a_named_witness_signs_first(running: Scene) -> None:
    author, mate, head = await holds(running, AUTHOR), await holds(running, MATE), await holds(running, HEAD)
    await photographs(author)
    await author.taps("记为好事")
    await author.taps("证明人")
    await author.taps("苏巧云")
    await author.taps("提交")
    await signs(mate)
    await signs(head)
    await gets(author, "谢谢您")


async def test_whoever_signs_can_look_at_the_photo(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    message = await asked(leader)
    await leader.presses(data(leader, message, "看照片"), message)
    await gets(leader, "照片 1/1")
    assert leader.last()["photo"]


# honour roll and export --------------------------------------------------------------------------------------------


async def test_only_who_agrees_stands_on_the_honour_roll(running: Scene) -> None:
    author, leader, head = await holds(running, AUTHOR), await holds(running, LEADER), await holds(running, HEAD)
    await logs(author)
    await signs(leader)
    await signs(head)
    told = await gets(author, "谢谢您", "愿意登上本周光荣榜吗")
    await head.types("/deed")
    await head.taps("光荣榜")
    await head.shows("这一周还没有")
    await author.presses(data(author, told, "愿意上光荣榜"), told)
    await head.types("/deed")
    await head.taps("光荣榜")
    await head.shows("闫思远（东山收费站）帮扶", WORDS)


async def test_a_head_exports_the_own_station(running: Scene) -> None:
    author, head = await holds(running, AUTHOR), await holds(running, HEAD)
    await logs(author)
    await head.types("/deed")
    await head.taps("各站情况")
    await head.shows("东山收费站：已核实 0 件，待核实 1 件")
    await head.taps("导出 Excel")
    sheet = (await download(head)).worksheets[0]
    assert any(WORDS in str(cell.value) for row in sheet.iter_rows() for cell in row)
