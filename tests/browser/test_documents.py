"""Documents at a browser: printed from the case page, lists of the congress, and a template changed and previewed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.documents.reading import word_text, words_of
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.walk import Walk, sound
from tests.support.web import Site

pytestmark = pytest.mark.browser
TEMPLATE = "/administration/templates/suggestion/reply_letter"


@pytest.fixture
def case_id(app_server: Site, cast: Cast) -> int:
    """A case that was answered."""
    with app_server.app.app_context():
        return Journey(cast).draft().submit().accept().assign().sign_for().contact().reply().case_id


def fetched(page: Page, name: str, *, button: bool = False) -> bytes:
    """The file behind a link or button."""
    with page.expect_download() as download:
        page.get_by_role("button" if button else "link", name=name, exact=True).first.click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_deputy_fetches_the_reply_on_paper(walk: Walk, case_id: int, kind: str) -> None:
    with walk.sitting("deputy1", kind) as page:
        page.goto(f"/cases/{case_id}")
        expect(page.get_by_role("heading", name="文书", exact=True)).to_be_visible()
        sound(page)
        assert "晋水函〔2026〕1号" in words_of(fetched(page, "PDF 答复函 省水利厅"))
        assert "晋水函〔2026〕1号" in word_text(fetched(page, "Word 答复函 省水利厅"))


def test_an_office_prints_its_lists_and_changes_a_template(walk: Walk, case_id: int) -> None:
    with walk.sitting("assigner") as page:
        page.goto("/documents")
        sound(page)
        page.get_by_label("承办单位").first.select_option(label="省水利厅")
        page.get_by_role("button", name="选定范围").click()
        page.wait_for_url("**unit=**")
        assert "省水利厅（1件）" in words_of(fetched(page, "PDF 交办清单（按单位）"))
        page.goto("/administration/templates")
        sound(page)
        page.get_by_role("link", name="答复函", exact=True).click()
        sound(page)
        template = page.get_by_label("模板", exact=True)
        text = template.input_value()
        template.fill(text + "\n#data.nmae\n")
        page.get_by_role("button", name="保存模板").first.click()
        expect(page.get_by_role("alert")).to_contain_text("没有这个数据项")
        expect(template).to_have_value(text + "\n#data.nmae\n")
        sound(page)
        template.fill(text.replace("欢迎继续提出宝贵意见", "欢迎继续监督"))
        assert "欢迎继续监督" in words_of(fetched(page, "用样例预览", button=True))
        page.get_by_role("button", name="保存模板").first.click()
        expect(page.get_by_text("模板已保存")).to_be_visible()
        page.goto(f"/cases/{case_id}")
        assert "欢迎继续监督" in words_of(fetched(page, "PDF 答复函 省水利厅"))
        page.goto(TEMPLATE)
        page.get_by_role("button", name="恢复系统自带的模板").click()
        expect(page.get_by_text("已恢复系统自带的模板。")).to_be_visible()
