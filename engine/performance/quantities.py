"""Numbers as reports write them: full-width digits, thousands separators, operators, percent signs, 万元 and 元."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

HUNDRED = Decimal(100)
PERCENT = "%"
TEN_THOUSAND = Decimal(10_000)
MOST_DIGITS = 24  # more is no amount of money
DIGITS = 80
OPERATORS = {">=": "≥", "=>": "≥", "<=": "≤", "=<": "≤", "≧": "≥", "≦": "≤", "==": "="}
SAID = {
    "不低于": "≥",
    "不少于": "≥",
    "不小于": "≥",
    "大于等于": "≥",
    "至少": "≥",
    "达到": "≥",
    "不高于": "≤",
    "不超过": "≤",
    "不大于": "≤",
    "小于等于": "≤",
    "至多": "≤",
    "最多": "≤",
    "大于": ">",
    "高于": ">",
    "超过": ">",
    "小于": "<",
    "低于": "<",
    "等于": "=",
}
# What stands behind the number (95%及以上, 3天以内); the longer ones first.
SAID_BEHIND = {
    **dict.fromkeys(("(含)以上", "以上(含)", "及以上", "以上"), "≥"),
    **dict.fromkeys(("(含)以下", "以下(含)", "及以下", "以下", "(含)以内", "以内", "之内"), "≤"),
}
BLANKS = ("", "-", "--", "—", "——", "/", "\\", "无", "∕")
QUANTITY = re.compile(
    r"(?P<operator>>=|=>|<=|=<|==|[≥≤≧≦<>=]|" + "|".join(SAID) + r")?"
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)"
    r"(?P<unit>[^\d<>=≥≤]{0,20})"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (% or 万元 or 公里, "" for none) and its operator (≥ ≤ = > <, "" for none)."""

    value: Decimal
    unit: str = ""
    operator: str = ""

    @property
    def text(self) -> str:
        """As a report writes it: «≥95%»."""
        return f"{self.operator}{plain(self.value)}{self.unit}"


def tidy(text: str) -> str:
    """Compatible characters in their plain form (９８％ is 98%), without blanks or invisible signs."""
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("﹣", "-").replace("，", ",")
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")


def blank(text: str) -> bool:
    """Nothing, or a stroke that stands for nothing."""
    return tidy(text) in BLANKS


def quantity(text: str) -> Quantity | None:
    """The quantity that the whole text is, or None: words (合规), several numbers, a number of another spelling."""
    found = QUANTITY.fullmatch(tidy(text))
    if found is None or len(found["number"]) > MOST_DIGITS:
        return None
    operator = found["operator"] or ""
    operator = SAID.get(operator, OPERATORS.get(operator, operator))
    unit, behind = _behind(found["unit"])
    if operator and behind and operator != behind:
        return None  # ≤95%以上
    return Quantity(Decimal(found["number"].replace(",", "")), unit, operator or behind)


def _behind(unit: str) -> tuple[str, str]:
    """The unit without the words behind it that say how it is compared, and their operator."""
    for words, operator in SAID_BEHIND.items():
        if unit.endswith(words):
            return unit.removesuffix(words), operator
    return unit, ""


def number(text: str) -> Decimal | None:
    """A bare number, or None."""
    found = quantity(text)
    return found.value if found and not found.unit and not found.operator else None


def points(text: str) -> Decimal | None:
    """A number of points: a weight or a score (15, 15分, of a weight also 15%), or None."""
    found = quantity(text)
    return found.value if found and found.unit in ("", "分", PERCENT) and not found.operator else None


def in_wan(amount: Quantity, unit: str) -> Decimal | None:
    """An amount of money in 万元; `unit` is that of its table, for amounts that bear none. None for other units."""
    said = amount.unit or unit
    if said in ("万元", "万"):
        return amount.value
    if said == "亿元":
        return amount.value * TEN_THOUSAND
    return amount.value / TEN_THOUSAND if said == "元" else None


def as_percent(amount: Quantity) -> Quantity:
    """A fraction as the percentage it stands for: 0.95 → 95 %."""
    return replace(amount, value=amount.value * HUNDRED, unit=PERCENT)


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """So many places, half up."""
    with localcontext(prec=DIGITS):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """The quotient with digits enough that rounding to two places is never decided by a rounding before it."""
    with localcontext(prec=DIGITS):
        return part / whole


def times(weight: Decimal, share: Decimal) -> Decimal:
    """A share of a weight, with as many digits."""
    with localcontext(prec=DIGITS):
        return weight * share


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros at the end: 50, 0.08."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
