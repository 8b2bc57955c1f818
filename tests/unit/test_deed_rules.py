"""What is proposed for a deed from its words: sentences as staff type them, written before the keywords were looked at."""

from datetime import datetime
from pathlib import Path

import pytest

from content.deed_rules import load_rules
from domain.clock import DAY, millis
from domain.deeds import Conduct, DeedKind
from domain.deeds.proposing import Proposal, propose
from tests.conftest import TZ

NOW = millis(datetime(2026, 11, 24, 15, 30, tzinfo=TZ))
F, A, S, C, V, O = DeedKind  # noqa: E741 - one letter a kind keeps the sentences in sight

SENTENCES = (
    (F, "在3号车道捡到一个钱包，里面有2000多元，已交还失主"),
    (F, "司机把手机落在窗口，追出去还给他了"),
    (F, "打扫卫生时拾到身份证，联系上了本人"),
    (F, "旅客把包忘在休息室，保管好等他回来拿走"),
    (F, "司机多给了100元，叫住他退还了"),
    (F, "捡到一串车钥匙，广播找到了车主"),
    (F, "归还司机遗失的驾驶证"),
    (F, "在广场捡到一部手机，联系失主领走"),
    (A, "帮司机换备胎"),
    (A, "小车没油抛锚，帮着推到应急车道"),
    (A, "给故障车搭电"),
    (A, "扶一位老大爷过马路"),
    (A, "老人迷路了，帮他联系家人"),
    (A, "帮大货车司机重新绑好掉下来的篷布"),
    (A, "司机没带钱，帮他垫付了通行费"),
    (A, "帮抱小孩的妈妈提行李"),
    (A, "帮忙推了一辆熄火的三轮车"),
    (A, "下雨天帮司机修雨刮"),
    (S, "给司机指路到县医院"),
    (S, "给晕车的小朋友倒热水"),
    (S, "借充电宝给司机充电"),
    (S, "借雨伞给旅客"),
    (S, "免费提供开水和药箱"),
    (S, "给货车司机送了一瓶热水"),
    (S, "给司机换了零钱，还告诉他怎么走"),
    (S, "给手划伤的司机贴创可贴"),
    (S, "帮外地司机查路线"),
    (S, "给司机加开水"),
    (C, "参加义务献血400毫升"),
    (C, "到敬老院看望老人"),
    (C, "周末参加志愿者清理河道"),
    (C, "给灾区捐款500元"),
    (C, "班组去福利院慰问孩子"),
    (C, "参加爱心送考"),
    (C, "和同事一起义务植树"),
    (C, "给山区小学捐书包"),
    (V, "广场有车自燃，拿灭火器扑灭了火"),
    (V, "有人落水，跳下去救人"),
    (V, "发生车祸，第一时间抢救伤员并打120"),
    (V, "抓住一个偷东西的小偷"),
    (V, "司机突然昏迷，做心肺复苏等救护车来"),
    (V, "制止醉酒男子打人"),
    (V, "拦住一辆失控的车，没有造成事故"),
    (V, "货车着火，帮忙灭火并疏散人群"),
    (O, "坚持拒收司机递来的红包"),
    (O, "连续加班保障春运畅通"),
    (O, "替生病的同事顶了一个夜班"),
    (O, "识别出一张假币并按规定处理"),
)


def proposed(text: str) -> Proposal:
    rules, faults = load_rules()
    assert not faults
    assert rules
    return propose(text, rules, NOW, TZ)


def test_the_kind_is_right_for_nine_sentences_in_ten() -> None:
    wrong = [(text, proposed(text).kind) for kind, text in SENTENCES if proposed(text).kind is not kind]
    assert len(wrong) <= len(SENTENCES) // 10, wrong


@pytest.mark.parametrize(
    ("text", "offset", "minute"),
    [
        ("刚才帮司机推车", 0, None),
        ("今早8点半帮司机推车", 0, 8 * 60 + 30),
        ("下午3点帮司机推车", 0, 15 * 60),
        ("14:20帮司机推车", 0, 14 * 60 + 20),
        ("中午十二点帮司机推车", 0, 12 * 60),
        ("昨晚8点帮司机推车", -1, 20 * 60),
        ("昨天晚上十点三刻帮司机推车", -1, 22 * 60 + 45),
        ("前天上午九点帮司机推车", -2, 9 * 60),
        ("昨天帮司机推车", -1, None),
        ("晚上9点帮司机推车", 0, None),  # still to come: no time is proposed
        ("帮3个司机推车", 0, None),
        ("推车用了2个小时", 0, None),
        ("昨天25点帮司机推车", -1, None),
    ],
)
def test_day_and_time_are_taken_from_the_words_and_never_from_the_future(
    text: str, offset: int, minute: int | None
) -> None:
    found = proposed(text)
    assert (found.day_offset, found.minute) == (offset, minute)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("在3号车道帮司机推车", "3号车道"),
        ("在三号车道帮司机推车", "3号车道"),
        ("第十二号窗口前捡到钱包", "12号窗口"),
        ("在收费广场捡到钱包", "收费广场"),
        ("在服务区给司机指路", "服务区"),
        ("帮司机推车", ""),
    ],
)
def test_the_place_is_taken_from_the_words(text: str, place: str) -> None:
    assert proposed(text).place == place


def test_standards_come_from_the_kind_and_from_the_words() -> None:
    assert proposed("捡到钱包交还失主").tags == {Conduct.IMPARTIAL}
    assert Conduct.CLEAR in proposed("和同事一起疏导拥堵车辆").tags
    assert Conduct.UNITED in proposed("和同事一起疏导拥堵车辆").tags


def test_no_text_is_too_odd_for_a_proposal() -> None:
    for text in ("", "？？？", "👍" * 50, "99:99", "一", "昨" * 100, "第号车道", "a" * 1000):
        found = proposed(text)
        assert found.minute is None or -2 * DAY <= found.minute * 60_000 < DAY


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  aid:\n", "  hero:\n", "不认识的键“hero”"),
        ("tags: [impartial]", "tags: [brave]", "文明标准只能是"),
        ("words: [帮, 扶,", "words: [捡到, 帮, 扶,", "关键词“捡到”已属于 found"),
        ("[公益,", '["", 公益,', "关键词是空的"),
        ("  offered: [车道,", "  offered: [车道, 车道,", "重复"),
        ("  words: [收费广场,", f"  words: [{'长' * 21}, 收费广场,", "最多 20 个"),
        ("places:\n", "place:\n", "缺少“places”"),
    ],
)
def test_a_faulty_file_is_told_with_line_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (Path(__file__).parents[2] / "content" / "deeds" / "rules.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "rules.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    _, faults = load_rules(file)
    assert any(said in fault.message and fault.line > 1 for fault in faults), faults


def test_a_file_that_is_no_mapping_is_told_too(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- 好事\n", "utf-8")
    rules, faults = load_rules(file)
    assert rules is None
    assert len(faults) == 1
