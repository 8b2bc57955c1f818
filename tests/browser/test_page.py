"""A newcomer in a real Chromium: joins, finds the next session, practises, restarts the bot, goes on."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    found = os.environ.get("TOLLMATE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is not installed: apt-get install chromium, or set TOLLMATE_CHROMIUM"
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def address() -> Iterator[str]:
    """`tollmate demo` on a free port; its one line of output is the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"], env={**os.environ, "PORT": str(port)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    line = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/?", line)
    yield line
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    process.stdout.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    yield opened
    context.close()
    assert errors == []


def last(phone: Locator) -> Locator:
    return phone.get_by_test_id("message").last


def tap(phone: Locator, text: str) -> None:
    last(phone).get_by_test_id("inline-button").filter(has_text=text).first.click()


def join(phone: Locator) -> None:
    phone.get_by_test_id("start").click()
    tap(phone, "是我")
    expect(last(phone)).to_contain_text("欢迎")


def test_a_newcomer_joins_practises_and_goes_on_after_a_restart(page: Page) -> None:
    phone = page.get_by_test_id("phone-1")
    join(phone)
    tap(phone, "练习")
    # By its number: a reminder that comes meanwhile is a message of its own below.
    message = phone.locator(f'[data-message-id="{last(phone).get_attribute("data-message-id")}"]')
    message.get_by_test_id("inline-button").filter(has_text="5题").click()
    expect(message).to_contain_text("1/5")
    phone.get_by_test_id("menu").click()
    phone.get_by_test_id("menu-restart").click()
    message.locator('[data-callback^="practice:answer"]').first.click()
    submit = message.locator('[data-callback^="practice:submit"]')
    if submit.count():
        submit.click()
    note = message.locator('[data-callback^="practice:note"]')
    expect(note.or_(message.get_by_text("2/5").first).first).to_be_visible(timeout=20_000)
    if note.count():
        note.click()
    expect(message).to_contain_text("2/5")


def test_two_phones_are_two_people(page: Page) -> None:
    one, two = page.get_by_test_id("phone-1"), page.get_by_test_id("phone-2")
    join(one)
    join(two)
    assert "/start " not in one.inner_text()
    assert one.get_attribute("data-account") != two.get_attribute("data-account")


def test_the_page_speaks_english_too(page: Page) -> None:
    page.get_by_test_id("lang").click()
    expect(page.get_by_test_id("phone-1").get_by_test_id("start")).to_contain_text("START")


def test_a_phone_sized_screen_shows_one_phone_without_sideways_scrolling(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    small = context.new_page()
    small.goto(address)
    expect(small.get_by_test_id("phone-1").get_by_test_id("start")).to_be_visible()
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def button(phone: Locator, text: str) -> Locator:
    return phone.get_by_test_id("inline-button").filter(has_text=text).last


def say(phone: Locator, text: str) -> None:
    box = phone.locator("textarea")
    box.fill(text)
    box.press("Enter")


def test_a_notice_travels_from_one_phone_to_the_other_and_a_reminder_comes_by_itself(page: Page) -> None:
    collector, leader = page.get_by_test_id("phone-1"), page.get_by_test_id("phone-2")
    join(collector)
    join(leader)
    button(leader, "通知").click()
    button(leader, "写通知").click()
    expect(leader.get_by_text("发来").last).to_be_visible()
    say(leader, "明早八点半开班前会，请带工作证。")
    button(leader, "全班").click()
    button(leader, "需确认").click()
    expect(button(leader, "☑ 需确认")).to_be_visible()
    button(leader, "发送").click()
    expect(collector.get_by_text("班前会").last).to_be_visible()
    button(collector, "收到").click()
    expect(leader.get_by_text("已确认 1").last).to_be_visible(timeout=20_000)
    expect(collector.get_by_text("今天开始").last).to_be_visible(timeout=100_000)


def test_a_good_deed_is_logged_in_one_line_and_a_tap_and_signed_on_the_other_phone(page: Page) -> None:
    collector, leader = page.get_by_test_id("phone-1"), page.get_by_test_id("phone-2")
    join(collector)
    join(leader)
    say(collector, "刚才在3号车道帮司机推车")
    button(collector, "记为好事").click()
    button(collector, "提交").click()
    expect(collector.get_by_text("待初核").last).to_be_visible()
    expect(button(leader, "属实")).to_be_visible(timeout=20_000)
    button(leader, "属实").click()
    expect(leader.get_by_text("初核：贺春梅").last).to_be_visible()
