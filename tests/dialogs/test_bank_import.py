"""Dialogs of the question bank: the office takes it out, sends it back, sees what would change, confirms."""

import asyncio
import base64
import io
import json
import os
import sys
from dataclasses import replace

import openpyxl

from bot.jobs import carry_out
from content.bank_table import bank_table, read_bank_table
from content.gift import write_gift
from domain.questions import Question
from tests.dialogs.conftest import Scene
from tests.dialogs.phone import Phone
from tests.services.test_bank_import import NEW


async def manage(running: Scene) -> Phone:
    """The office's phone with [题库管理] open."""
    office = await running.joined("office")
    await office.types("/practice")
    await office.taps("题库管理")
    await office.shows("题库管理", "在用", "法规")
    return office


async def test_the_office_exports_both_formats_and_the_template(running: Scene) -> None:
    office = await manage(running)
    menu = office.last()["message_id"]
    for button, name in (("导出 xlsx", "题库.xlsx"), ("导出 GIFT", "题库.gift"), ("模板", "题库模板.xlsx")):
        await office.presses(_data(office, menu, button), menu)  # type: ignore[arg-type]
        assert office.last()["document"]["file_name"] == name  # type: ignore[index]


def _data(phone: Phone, message: object, text: str) -> str:
    """The data of a button of an older message."""
    (found,) = [m for m in phone.messages() if m["message_id"] == message]
    rows = found["reply_markup"]["inline_keyboard"]  # type: ignore[index]
    return next(str(button["callback_data"]) for row in rows for button in row if button["text"] == text)


async def test_a_new_question_goes_in_and_is_practised_at_once(running: Scene) -> None:
    office = await manage(running)
    await office.taps("导入")
    await office.shows("请发题库文件")
    await office.sends("新题.xlsx", bank_table([NEW]))
    await office.shows("检查通过：新增 1 题，修改 0 题", "reg-501", "还没有导入")
    yes = office.button("确认导入")
    await office.presses(yes)
    await office.shows("已导入：新增 1 题", "新题编号：reg-501")
    assert await office.presses(yes)  # a second press says that it is over
    await office.types("/practice")
    await office.taps("题库管理")
    await office.shows("其中本单位自编或修改 1 题", "（本单位 1 题）")


async def test_faults_are_listed_and_a_corrected_file_can_follow(running: Scene) -> None:
    office = await manage(running)
    await office.taps("导入")
    await office.sends("新题.gift", write_gift([replace(NEW, tags=())]))
    await office.shows("有 1 处要改，没有导入", "缺少“标签”", "改好后再发一次")
    await office.sends("新题.txt", write_gift([NEW]))
    await office.shows("检查通过：新增 1 题")
    await office.sends("改过.xlsx", bank_table([replace(NEW, source="")]))  # another file takes its place
    await office.shows("第 2 行 M 列：“依据”是空的")


async def test_a_file_that_is_called_as_ours_needs_no_tap_before_it(running: Scene) -> None:
    office = await running.joined("office")
    await office.sends("题库(1).xlsx", bank_table([NEW]))
    await office.shows("检查通过：新增 1 题")
    await office.taps("确认导入")
    await office.shows("已导入")
    head = await running.joined("station_head")
    await head.sends("题库.gift", write_gift([NEW]))
    assert "检查通过" not in head.text()


async def test_many_faults_come_as_a_file(running: Scene) -> None:
    office = await manage(running)
    await office.taps("导入")
    await office.sends("坏题.xlsx", bank_table([replace(NEW, id=f"reg-{n}", stem="") for n in range(600, 640)]))
    await office.shows("有 40 处要改", "全部问题见附件")
    assert office.last()["document"]["file_name"] == "题库检查结果.txt"  # type: ignore[index]


async def test_cancelling_imports_nothing_before_and_after_the_check(running: Scene) -> None:
    office = await manage(running)
    await office.taps("导入")
    await office.taps("取消")
    await office.shows("题库管理", "在用")
    await office.taps("导入")
    await office.sends("新题.xlsx", bank_table([NEW]))
    await office.shows("检查通过")
    await office.types("好的")  # words change nothing while it waits
    assert "检查通过" not in office.text()
    await office.sends("新题.xlsx", bank_table([NEW]))
    await office.shows("检查通过")
    await office.taps("取消")
    await office.shows("其中本单位自编或修改 0 题")


async def test_what_is_no_file_of_questions_is_told(running: Scene) -> None:
    office = await manage(running)
    await office.taps("导入")
    await office.types("题在哪？")
    await office.shows("请发 .xlsx、.gift 或 .txt 文件")
    await office.sends("题.docx", b"PK")
    await office.shows("请发 .xlsx、.gift 或 .txt 文件")
    await office.sends("题.xlsx", b" " * (5 * 1024 * 1024 + 1))
    await office.shows("文件太大，最大 5 MB")
    await office.sends("题.xlsx", bank_table([]))
    await office.shows("文件里没有题目")


async def test_nobody_else_sees_the_door_or_can_forge_a_press(running: Scene) -> None:
    head = await running.joined("station_head")
    await head.types("/practice")
    assert not [text for text in head.buttons() if "题库管理" in text]
    shown = len(head.messages())
    for data in ("bank:show", "bank:export:xlsx", "bank:template", "bank:import", "bank:confirm:1", "bank:drop:1"):
        assert await head.presses(data)
    assert not [m for m in head.messages()[shown:] if "document" in m]


async def test_the_command_line_goes_through_the_running_bot(
    running: Scene, shipped_bank: tuple[Question, ...]
) -> None:
    office = await manage(running)
    settings = running.settings()
    sent = await carry_out(settings, "content_export", {"kind": "xlsx"})
    assert len(read_bank_table(base64.b64decode(str(sent["body"])), "题.xlsx").handed) == len(shipped_bank)
    body = base64.b64encode(write_gift([NEW])).decode()
    arguments = {"name": "新题.gift", "body": body, "confirm": False}
    would = {"new": ["reg-501"], "changed": {}, "unchanged": 0}
    assert (await carry_out(settings, "content_import", arguments))["would"] == would
    assert (await carry_out(settings, "content_import", arguments | {"confirm": True}))["imported"] == would
    await office.presses("bank:show")
    await office.shows("其中本单位自编或修改 1 题")


async def tollmate(scene: Scene, *words: str) -> tuple[int, str]:
    """Run the command line on the scene's directory: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "content", *words),
        env={**os.environ, "TOLLMATE_DATA_DIR": str(scene.data_dir)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_the_command_line_alone_writes_and_reads_files(scene: Scene) -> None:
    out, new = scene.data_dir / "题.xlsx", scene.data_dir / "新题.gift"
    new.write_bytes(write_gift([replace(NEW, tags=())]))
    assert (await tollmate(scene, "export", "--format", "xlsx", "--out", str(out)))[0] == 0
    assert openpyxl.load_workbook(io.BytesIO(out.read_bytes())).sheetnames[0] == "题库"
    code, said = await tollmate(scene, "import", str(new))
    assert (code, said) == (1, "第 12 行第 5 字：缺少“标签”\n")
    code, said = await tollmate(scene, "import", str(out), "--json")
    assert (code, json.loads(said)["would"]["new"]) == (0, [])
