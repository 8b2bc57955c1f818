"""Dialogs of good deeds where things go wrong: old screens, forms that overlap, long words, hands that are quick."""

import re
import sqlite3
from contextlib import closing

import pytest

from domain.clock import DAY
from sandbox.records import Json
from storage.database import DATABASE_FILE
from tests.dialogs.conftest import Scene, holds
from tests.dialogs.phone import Phone
from tests.dialogs.test_deeds import (
    AUTHOR,
    HEAD,
    LEADER,
    MATE,
    OFFICE,
    WORDS,
    asked,
    logs,
    photographs,
    picture,
    running,
    signs,
)
from tests.dialogs.test_plan import data, gets

__all__ = ["running"]


def message(phone: Phone, number: int) -> Json:
    return next(one for one in phone.messages() if one["message_id"] == number)


async def test_whoever_looks_at_an_own_deed_and_sends_another_photo_logs_another_deed(running: Scene) -> None:
    phone, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(phone)
    await signs(leader)
    await phone.types("/deed")
    await phone.taps("换轮胎")
    await phone.shows("待复核", WORDS)
    await photographs(phone, "捡到手机交还失主", picture(2))
    await phone.shows("捡到手机交还失主", "还没提交")
    await phone.types("/deed")
    await phone.shows("待复核")


async def test_words_added_after_a_signature_are_signed_anew(running: Scene) -> None:
    phone, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(phone)
    await signs(leader)
    await phone.types("/deed")
    await phone.taps("换轮胎")
    await phone.taps("修改")
    await phone.shows("改动后要重新核实")
    await phone.types("还给他倒了热水")
    await phone.shows("还给他倒了热水", "已提交")
    await leader.types("/home")
    await leader.taps("等您核实的好事 1 件")
    await leader.shows("还给他倒了热水", "待初核")


async def test_a_signer_reads_every_word(running: Scene) -> None:
    phone, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    words = "帮司机换轮胎，" + "车在坡上，垫了三角木，" * 80 + "他付的两百元没有收。"
    await phone.types(words)
    await phone.taps("记为好事")
    await phone.taps("提交")
    text = await leader_card(leader)
    assert words in text


async def leader_card(leader: Phone) -> str:
    return str(message(leader, await asked(leader, "帮司机换轮胎"))["text"])


@pytest.mark.parametrize("press", ["属实", "退回"])
async def test_of_two_who_were_asked_the_slower_one_sees_that_it_is_done(running: Scene, press: str) -> None:
    author, mate, leader = await holds(running, AUTHOR), await holds(running, MATE), await holds(running, LEADER)
    await photographs(author)
    await author.taps("记为好事")
    await author.taps("证明人")
    await author.taps("苏巧云")
    await author.taps("提交")
    both = [(leader, await asked(leader)), (mate, await asked(mate))]
    await leader.presses(data(leader, both[0][1], "属实"), both[0][1])
    await mate.presses(data(mate, both[1][1], press), both[1][1])
    await mate.world.wait_for(lambda _: "待复核" in str(message(mate, both[1][1])["text"]))
    assert "属实" not in str(message(mate, both[1][1])["reply_markup"])


async def test_a_deed_returned_after_days_is_mended_with_what_is_typed(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    asking = await asked(leader)
    ages(running, 3 * DAY)
    await leader.presses(data(leader, asking, "退回"), asking)
    await leader.world.wait_for(lambda _: "其他原因" in str(message(leader, asking)["reply_markup"]))
    await leader.presses(data(leader, asking, "其他原因"), asking)
    await leader.types("请写清楚是哪条车道")
    told = await gets(author, "被退回了", "请写清楚是哪条车道")
    await author.presses(data(author, told, "改文字"), told)
    await author.types("在3号车道帮司机换轮胎，他姓周")
    await author.shows("他姓周", "已退回，改好可以再交")
    await author.taps("再次提交")
    await author.shows("待初核", "他姓周")


def ages(scene: Scene, by: int) -> None:
    """The deeds were logged and handed in longer ago, by so many ms."""
    with closing(sqlite3.connect(scene.data_dir / DATABASE_FILE, timeout=10)) as db:
        db.execute("UPDATE deeds SET created_at = created_at - :by, submitted_at = submitted_at - :by", {"by": by})
        db.commit()


async def test_after_cancel_a_tap_on_an_old_choice_opens_the_form_again(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await photographs(phone)
    await phone.taps("记为好事")
    form = int(str(phone.last()["message_id"]))
    await phone.taps("类别")
    await phone.shows("属于哪一类")
    await phone.types("/cancel")
    await phone.presses(data(phone, form, "公益"), form)
    await phone.types("还给他倒了热水")
    await phone.shows("还给他倒了热水", "公益", "还没提交")


async def test_throwing_an_old_offer_away_leaves_the_open_form_open(running: Scene) -> None:
    phone = await holds(running, AUTHOR)
    await phone.types("今天下午大家打扫了广场")
    offer = int(str(phone.last()["message_id"]))
    await phone.types("帮司机推车到应急车道")
    await phone.taps("记为好事")
    await phone.presses(data(phone, offer, "不是"), offer)
    await phone.types("还给他倒了热水")
    await phone.shows("帮司机推车到应急车道", "还给他倒了热水")


async def test_a_confirmed_deed_does_not_swallow_the_next_one(running: Scene) -> None:
    author, leader, head = await holds(running, AUTHOR), await holds(running, LEADER), await holds(running, HEAD)
    await logs(author)
    await author.taps("修改")
    await author.shows("核实前都可以改")
    await signs(leader)
    await signs(head)
    await gets(author, "谢谢您")
    await photographs(author, "捡到手机交还失主", picture(2))
    await author.shows("照片收到了，要记为好事吗")


async def test_a_sticker_where_a_reason_is_awaited_asks_for_words(running: Scene) -> None:
    author, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    await logs(author)
    asking = await asked(leader)
    await leader.presses(data(leader, asking, "退回"), asking)
    await leader.world.wait_for(lambda _: "其他原因" in str(message(leader, asking)["reply_markup"]))
    await leader.presses(data(leader, asking, "其他原因"), asking)
    await photographs(leader, "")
    await leader.shows("还缺一句话，请发文字")
    assert "做了什么" not in leader.text()


async def test_the_oldest_week_of_the_roll_offers_no_older_one(running: Scene) -> None:
    phone = await holds(running, OFFICE)
    await phone.types("/deed")
    await phone.taps("光荣榜")
    await phone.presses("deeds:roll:26")
    await phone.shows("光荣榜")
    await phone.world.wait_for(lambda _: "后一周" in str(phone.last()["reply_markup"]))
    assert not any("前一周" in text for text in phone.buttons())


async def test_hostile_words_and_places_stay_words(running: Scene) -> None:
    phone, leader = await holds(running, AUTHOR), await holds(running, LEADER)
    words = "帮<b>司机</b>&amp;{name}推车<a href='tg://user?id=1'>看</a>"
    await phone.types(words)
    await phone.taps("记为好事")
    await phone.taps("地点")
    await phone.types("<i>5号</i>{0}&")
    await phone.shows(words, "<i>5号</i>{0}&")
    await phone.taps("提交")
    text = str(message(leader, await asked(leader, "推车"))["text"])
    assert re.search(re.escape(words), text)
