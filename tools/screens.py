"""`python -m tools.screens URL`: take the pictures of docs/screens/ anew from a running demonstration instance."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import browser_path
from tools.pictures import reduced
from webui.demonstration.province import PASSWORD

FOLDER = Path("docs/screens")
TOP = "scrollTo(0, 0); document.querySelector('.page').scrollTo(0, 0); document.activeElement.blur()"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@dataclass(frozen=True)
class Picture:
    """One picture: whose screen, on which page, and how he got there."""

    name: str  # its last part is the size of the screen
    account: str
    address: str
    go_on: Callable[[Page], None] = lambda page: None
    height: int = 0  # where more than a screenful is to be seen


def _open_first(page: Page) -> None:
    page.locator("[data-row-link]").first.click()


def _open_card(page: Page) -> None:
    page.locator("main ul.pile a").last.click()


def _see_counting(page: Page) -> None:
    _open_first(page)
    page.locator("aside .clock details.unfold > summary").first.click()
    page.evaluate(TOP)


def _write(page: Page) -> None:
    page.get_by_role("button", name="开始写").click()
    page.get_by_label("标题").fill("关于在社区公园增设适老座椅的建议")
    page.get_by_label("情况与分析").fill(
        "公园里老人多，座椅少，夏天没有遮阴。我走访了六个社区，老人普遍反映走一圈没有地方歇脚。"
    )
    page.get_by_label("具体建议 1").fill("每二百米设一处带扶手的座椅。")
    page.get_by_text("已保存").first.wait_for()
    page.evaluate(TOP)


def _evaluate(page: Page) -> None:
    page.get_by_role("link", name="现在评价").first.click()
    page.get_by_label("满意", exact=True).first.check()
    page.get_by_role("group").filter(has=page.get_by_label("基本满意")).first.scroll_into_view_if_needed()


def _fill_reply(page: Page) -> None:
    _open_first(page)
    page.locator("form.task-form textarea").first.fill("此项工作已列入今年计划，资金已经落实，年底前完成。")
    page.evaluate(TOP)


PICTURES = (
    Picture("case-desk", "slt_cb", "/cases?process=suggestion&stage=handle&status=open", _see_counting, 1500),
    Picture("inbox-desk", "jiaoban", "/inbox"),
    Picture("desk-desk", "jiaoban", "/desk/assign"),
    Picture("task-desk", "slt_cb", "/inbox?node=draft_reply", _fill_reply),
    Picture("calendar-desk", "liucheng", "/calendars"),
    Picture("kinds-desk", "huanzi", "/kinds"),
    Picture("deputy-phone", "daibiao1", "/deputy"),
    Picture("write-phone", "daibiao1", "/cases/new/suggestion", _write),
    Picture("evaluate-phone", "daibiao1", "/deputy", _evaluate),
    Picture("case-phone", "daibiao1", "/deputy/own?standing=handling", _open_card),
)


def take(browser: Browser, home: str, picture: Picture) -> bytes:
    """The picture as PNG."""
    kind = picture.name.rsplit("-", 1)[1]
    width, height = SIZES[kind]
    page = browser.new_page(
        base_url=home,
        viewport={"width": width, "height": picture.height or height},
        locale="zh-CN",
        is_mobile=kind == "phone",
        has_touch=kind == "phone",
        device_scale_factor=2 if kind == "phone" else 1,
    )
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(picture.account)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").first.click()
    page.goto(picture.address)
    picture.go_on(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    taken = page.screenshot(animations="disabled")
    page.close()
    return taken


def main(arguments: list[str]) -> int:
    """Take all pictures, or those named after the address."""
    home, *names = arguments
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for picture in PICTURES:
            if names and picture.name not in names:
                continue
            content = reduced(take(browser, home, picture))
            (FOLDER / f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name}: {len(content) // 1024} KB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
