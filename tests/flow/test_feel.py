"""FEEL: what expressions and cells mean, and what is left out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from engine.flow.feel import FeelError, Scope, parse_expression, parse_tests

D = Decimal
VALUES: dict[str, Any] = {
    "天数": D(5),
    "承办 单位": "教育局",
    "a-b": D(1),
    "a": D(10),
    "b": D(4),
    "空": None,
    "是": True,
    "日": dt.date(2026, 1, 31),
    "清单": [D(1), D(2), D(3)],
    "结论": {"档次": "快", "分": D(3)},
}
NAMES = frozenset(VALUES)


def value(text: str) -> Any:
    return parse_expression(text, NAMES).run(Scope(VALUES))


EXPRESSIONS: dict[str, Any] = {
    "1 + 2 * 3": D(7),
    "(1 + 2) * 3": D(9),
    "7 - 2 - 1": D(4),
    "2 ** 3 ** 2": D(64),
    "-天数": D(-5),
    "-2 ** 2": D(4),
    "1 / 3": D("0.3333333333333333333333333333333333"),
    "0.1 + 0.2": D("0.3"),
    "1 / 0": None,
    "2 ** 0.5": None,
    "10 ** 101": None,
    '"督" + "办"': "督办",
    '1 + "a"': None,
    "a-b": D(1),
    "a - b": D(6),
    "a -b": D(6),
    '承办  单位 = "教育局"': True,
    "天数 = 5": True,
    "天数 != 5": False,
    '天数 = "5"': None,
    "空 = null": True,
    "天数 = null": False,
    "空 > 1": None,
    "天数 > 3 and 天数 < 9": True,
    "空 > 1 and false": False,
    "空 > 1 or true": True,
    "空 > 1 and true": None,
    "not(天数 > 3)": False,
    "not(空)": None,
    'if 天数 > 3 then "长" else "短"': "长",
    'if 空 then "长" else "短"': "短",
    "天数 between 1 and 5 and true": True,
    "天数 in [1..5)": False,
    "天数 in (1..5]": True,
    "天数 in ]4..5[": False,
    "天数 in (<3, [5..6])": True,
    "天数 in (1, 2)": False,
    "天数 in [3, 5]": True,
    "天数 in > 4": True,
    "空 in (1, null)": True,
    '日 + duration("P1M")': dt.date(2026, 2, 28),
    '日 - duration("P1M")': dt.date(2025, 12, 31),
    '日 + duration("P3D")': dt.date(2026, 2, 3),
    '日 - date("2026-01-01")': dt.timedelta(days=30),
    '日 < date("2026-02-01")': True,
    '日 < date and time("2026-02-01T00:00:00")': None,
    '@"2026-01-31" = 日': True,
    '@"P1Y2M" > @"P13M"': True,
    '@"PT36H" = @"P1DT12H"': True,
    '(日 - date("2026-01-01")).days': D(30),
    "日.year * 100 + 日.month": D(202601),
    "日.weekday": D(6),
    'years and months duration(date("2026-01-31"), date("2026-02-28")).months': D(0),
    'date and time("2026-01-31T08:00:00+08:00") < date and time("2026-01-31T01:00:00Z")': True,
    'date and time("2026-01-31T08:00:00") < date and time("2026-01-31T01:00:00Z")': None,
    'string(日) + "起"': "2026-01-31起",
    "string(1.50)": "1.5",
    "string(100)": "100",
    'string length("督办x")': D(3),
    'substring("人大代表", 3)': "代表",
    'substring("人大代表", -2, 1)': "代",
    'contains("人大代表", "大")': True,
    'starts with("ab", "b")': False,
    'upper case("ab")': "AB",
    'substring before("a/b", "/")': "a",
    'number("1.5")': D("1.5"),
    'number("x")': None,
    "sum(清单)": D(6),
    "sum(1, 2)": D(3),
    "sum([])": None,
    "count([])": D(0),
    "max(清单)": D(3),
    'min("b", "a")': "a",
    'max(1, "a")': None,
    "mean(清单)": D(2),
    "list contains(清单, 2)": True,
    "all([true, 是])": True,
    "any([false, 空])": None,
    "append(清单, 9)": [D(1), D(2), D(3), D(9)],
    "decimal(2.5, 0)": D(2),
    "abs(-2.5)": D("2.5"),
    'abs(date("2026-01-01") - 日)': dt.timedelta(days=30),
    'abs(@"-P1DT2H") = @"P1DT2H"': True,
    'abs(@"-P1Y2M") = @"P14M"': True,
    "abs(日)": None,
    'abs("3")': None,
    "floor(-1.5)": D(-2),
    "ceiling(1.2)": D(2),
    "modulo(-10, 3)": D(2),
    "even(天数)": False,
    "结论.档次": "快",
    "结论.没有": None,
    "天数.year": None,
    "day of week(日)": "Saturday",
    '"\\u7763\\"\\n"': '督"\n',
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_means_what_the_standard_says(text: str) -> None:
    assert repr(value(text)) == repr(EXPRESSIONS[text]) or value(text) == EXPRESSIONS[text] is not None


CELLS: list[tuple[str, Any, bool | None]] = [
    ("-", None, True),
    ("", "x", True),
    ('"A","B"', "B", True),
    ('"A","B"', "C", False),
    ('not("A")', "B", True),
    ('not("A","B")', "B", False),
    ('not("A")', None, True),
    ("null", None, True),
    ("null", D(1), False),
    ("not(null)", D(1), True),
    ("< 5", D(5), False),
    ("<= 5", D(5), True),
    ("> 5", None, None),
    ("not(> 5)", None, None),
    ("[1..5]", D(5), True),
    ("[1..5)", D(5), False),
    ("(1..5]", D(1), False),
    ("]1..5[", D(3), True),
    ("[a-b..天数)", D(4), True),
    ("1, [3..4], > 9", D(10), True),
    ("天数", D(5), True),
    ("天数 + 1", D(6), True),
    ("清单", D(3), True),
    ("[1, 2]", D(3), False),
    ("[[1..2], [8..9]]", D(8), True),
    ("true", False, False),
    ("false", False, True),
    ("not(true)", False, True),
    ("? > 天数", D(6), True),
    ("? > 1 and ? < 天数", D(6), False),
    ('contains(?, "大")', "人大", True),
    ("天数 > 3", "anything", True),
    ("天数 > 9", "anything", False),
    ('date("2026-01-01")', dt.date(2026, 1, 1), True),
    ('[date("2026-01-01")..date("2026-02-01"))', dt.date(2026, 2, 1), False),
    ('> @"2026-01-01"', dt.date(2026, 1, 2), True),
    ('>= duration("P1D")', dt.timedelta(hours=30), True),
    ('< @"P1Y"', dt.timedelta(days=1), None),
    ('"5"', D(5), None),
]


@pytest.mark.parametrize(("text", "input", "passes"), CELLS)
def test_a_cell_asks_what_the_standard_says(text: str, input: Any, passes: bool | None) -> None:
    test = parse_tests(text, NAMES)
    assert (True if test is None else test.holds(Scope(VALUES), input)) is passes


LEFT_OUT = [
    "", " ", "天", "天数差", "x", "1 2", "1 +", "(1", "[1, 2", "1 < 2 < 3", "--1", '"', "'a'", "天数 == 5",
    "for x in 清单 return x", "some x in 清单 satisfies x > 1", "every x in 清单 satisfies true",
    "function(x) x", "{a: 1}", "清单[1]", "清单[item > 1]", "天数 instance of number",
    "today()", "now()", 'matches("a", "a*")', 'replace("a", "a", "b")', 'split("a", "b")', "sqrt(4)",
    "unknown(1)", "not()", "abs(1, 2)", "abs(n: 1)", "天数()", "?", "? + 1", "if true then 1", "date",
    'date("2026-02-30")', 'date("today")', 'duration("P1M2D")', '@"x"', "@1", '"\\q"', '"\\ud800"', '"\\u0000"',
    '"a" < 1', '天数 in ["a"..1]', 'date("2026-01-01") < 1', "a\x00", "1 // x", "/* x */ 1", "a; b", "`a`", "$a",
    "1e5", "0x10", "1 if true else 2", "lambda: 1", "(" * 30 + "1" + ")" * 30, "1 + " * 400 + "1", "a" * 1001,
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT_OUT, ids=lambda text: text[:20])
def test_what_is_not_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(FeelError) as refusal:
        value(text)
    assert str(refusal.value)


@pytest.mark.parametrize(
    "text", ["= 5", "!= 5", "not(1), 2", "1,", ",1", "not(not(1))x", "< ", "[1..]", "-,1"]
)
def test_a_cell_that_is_no_test_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        parse_tests(text, NAMES)


def test_names_that_are_not_declared_cannot_be_read() -> None:
    with pytest.raises(FeelError, match="天数"):
        parse_expression("天数 + 1", frozenset())


def test_what_would_grow_without_end_is_stopped() -> None:
    long = Scope({"t": "x" * 9_000, "l": [D(1)] * 900})
    names = frozenset({"t", "l"})
    for text in ("t + t", "concatenate(l, l)", "string length(t + t)"):
        with pytest.raises(FeelError, match="超过"):
            parse_expression(text, names).run(long)
