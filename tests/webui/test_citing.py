"""Articles of law as they are cited to readers of English."""

from __future__ import annotations

import re
import tomllib

import pytest

from engine.definitions.catalogue import PROCESSES
from webui.words.citing import cited

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("代表法第五十一条", "Deputies Law, art. 51"),
        ("代表法第二十四条、第三十六条、第五十一条", "Deputies Law, arts 24, 36 and 51"),
        ("立法法第一百零九条至第一百一十三条、监督法第十条", "Legislation Law, arts 109–113; Supervision Law, art. 10"),
        ("《中华人民共和国预算法》第十四条", "Budget Law, art. 14"),
        ("《中华人民共和国民法典》第二百零一条至第二百零三条", "Civil Code, arts 201–203"),
        ("《太原市办法》第十二条", "《太原市办法》, art. 12"),  # nobody has translated it
        ("联名办法（参照重庆第八条）", "Co-signing (after Chongqing, art. 8)"),
        (
            "待省人大确认的默认期限（参照重庆第十六条、河南第十四条）",
            "Default period, to be confirmed by the provincial congress (after Chongqing, art. 16; Henan, art. 14)",
        ),
    ],
)  # fmt: skip
def test_articles_in_english(basis: str, said: str) -> None:
    assert cited(basis, "en") == said
    assert cited(basis, "zh") == basis


def test_every_kind_of_work_says_in_english_what_it_rests_on() -> None:
    bases = [tomllib.loads(each.read_text("utf-8"))["basis"] for each in PROCESSES.glob("*/process.toml")]
    assert bases
    assert [each for each in bases if CHINESE.search(cited(each, "en"))] == []
