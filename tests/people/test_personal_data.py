"""What is proposed for redaction, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.people.personal_data import HIDDEN, Mark, folded, proposals, redacted, squeezed

PERSONAL = [
    ("请联系13934567890。", "13934567890", "mobile"),
    ("手机139-3456-7890，", "139-3456-7890", "mobile"),
    ("手机 139 3456 7890", "139 3456 7890", "mobile"),
    ("电话+86 13934567890", "+86 13934567890", "mobile"),
    ("手机１３９３４５６７８９０", "１３９３４５６７８９０", "mobile"),
    ("手机一三九三四五六七八九零", "一三九三四五六七八九零", "mobile"),
    ("手机139\u200b3456\u200b7890", "139\u200b3456\u200b7890", "mobile"),
    ("手机𝟏𝟑𝟗𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎", "𝟏𝟑𝟗𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎", "mobile"),
    ("身份证号11010519491231002X，", "11010519491231002X", "identity"),
    ("证件１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ", "identity"),
    ("身份证110105 19491231 002x", "110105 19491231 002x", "identity"),
    ("身份证号110105194912310021", "110105194912310021", "identity"),
    ("编号140102199003070016的群众", "140102199003070016", "identity_like"),
    ("A140102199003070016-1", "140102199003070016", "identity_like"),
    ("身份证号140102199003070016-1", "140102199003070016", "identity"),
    ("请致电13912345678元旦期间也有人接听", "13912345678", "mobile"),
    ("身份证130503670401001", "130503670401001", "identity"),
    ("卡号6222021234567890128", "6222021234567890128", "bank_card"),
    ("打到4111 1111 1111 1111即可", "4111 1111 1111 1111", "bank_card"),
    ("邮箱zhang.san@example.com.cn。", "zhang.san@example.com.cn", "email"),
    ("邮箱ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "email"),
    ("车牌晋A12345违停", "晋A12345", "plate"),
    ("新能源车晋A·D12345", "晋A·D12345", "plate"),
    ("电话0351-4123456", "0351-4123456", "landline"),
    ("电话（0351）4123456转802", "（0351）4123456转802", "landline"),
    ("电话：4123456，", "4123456", "landline"),
    ("家庭住址：太原市小店区平阳路88号院3号楼，", "太原市小店区平阳路88号院3号楼", "address"),
    ("平阳路小区3号楼2单元501室的住户", "平阳路小区3号楼2单元501室", "address"),
    ("联系人：张小明，", "张小明", "person"),
    ("微信号：zhang_san88", "zhang_san88", "account"),
]

PLAIN = [
    "投资13800000000元建设园区。",
    "晋政发〔2026〕13号",
    "2026年1月20日至27日召开。",
    "全省煤矸石堆存量13.8亿吨，年新增1.2亿吨。",
    "拨打12345热线。",
    "统一社会信用代码类的管理不在此列。",
    "编号20260120123456789的项目",
    "G20高速、S80公路、晋A类资质",
    "身份证办理窗口每天接待1101人次。",
    "太原市迎泽大街沿线改造工程。",
    "建议由省水利厅联系人大代表调研。",
    "3-5年内完成，1-9月份增长6.5%。",
    "400-810-8888",
]


@pytest.mark.parametrize(("text", "part", "kind"), PERSONAL)
def test_personal_data_is_proposed_whole_and_by_its_kind(text: str, part: str, kind: str) -> None:
    assert [(text[mark.start : mark.end], mark.kind) for mark in proposals(text)] == [(part, kind)]
    assert part not in redacted(text, proposals(text))


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_personal_data_is_left_alone(text: str) -> None:
    assert proposals(text) == []


def test_names_of_persons_who_are_known_are_proposed_wherever_they_stand() -> None:
    text = "经办人员刘爱国与刘爱国的助理"
    assert [text[mark.start : mark.end] for mark in proposals(text, ["刘爱国", "刘"])] == ["刘爱国", "刘爱国"]


def test_several_places_are_replaced_and_the_rest_stays() -> None:
    text = "张三13934567890，李四a@b.cn。"
    assert redacted(text, proposals(text)) == f"张三{HIDDEN}，李四{HIDDEN}。"
    assert redacted(text, [Mark(0, 2, "person")]) == f"{HIDDEN}13934567890，李四a@b.cn。"


@given(st.text())
def test_folding_keeps_every_sign_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
BETWEEN = st.sampled_from(["", " ", "-", "—", "\u200b", "·"])


@given(MOBILES, BETWEEN, st.booleans(), st.sampled_from(["，", "。", " ", "或者", ""]))
def test_no_mobile_number_is_overlooked_however_it_is_written(
    number: str, between: str, wide: bool, after: str
) -> None:
    written = between.join((number[:3], number[3:7], number[7:]))
    if wide:
        written = written.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    text = f"请拨打{written}{after}"
    assert [mark.kind for mark in proposals(text)] == ["mobile"]
    assert number not in squeezed(redacted(text, proposals(text)))


@given(st.text(alphabet="0123456789０１ 　-abcX晋A路号楼，。张", max_size=60))
def test_marks_are_in_order_and_apart(text: str) -> None:
    marks = proposals(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in zip(marks, marks[1:], strict=False))
