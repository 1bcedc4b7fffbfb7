"""Amounts of money: whole fen (分) within, and in the unit that a table states (元、万元、亿元) without.

No amount is ever a binary float. A unit is a power of ten of a fen, so that every conversion is exact; only what is
shown with fewer places is rounded (half up), and then the page says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from engine.definitions.words import Words
from engine.foundation.errors import DomainError
from engine.foundation.language import _

MOST = 10**17  # fen: a quadrillion yuan, far within what both databases keep in eight bytes
NONE = frozenset({"", "-", "--", "—", "——", "/"})
WRITTEN = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
PRECISION = 40  # digits: more than any amount, rate or product of the two has


class NotAnAmount(DomainError):
    """The words are no amount of money."""

    text = _("“{value}”不是金额。")


class FinerThanFen(DomainError):
    """The amount has parts of a fen."""

    text = _("“{value}”{unit}换算后不足一分，请核对单位或者小数位数。")


class TooLarge(DomainError):
    """More than any budget."""

    text = _("“{value}”{unit}超出可能的范围，请核对单位。")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of money: ten to the `power` fen."""

    key: str
    title: Words
    power: int

    @property
    def fen(self) -> int:
        """How many fen make one."""
        return int(10**self.power)


UNITS = {
    unit.key: unit
    for unit in (
        Unit("yuan", Words("元", "yuan"), 2),
        Unit("thousand", Words("千元", "thousand yuan"), 5),
        Unit("wan", Words("万元", "ten thousand yuan"), 6),
        Unit("million", Words("百万元", "million yuan"), 8),
        Unit("yi", Words("亿元", "hundred million yuan"), 10),
    )
}


def unit_named(words: str) -> Unit | None:
    """The unit that a file names in Chinese, if it is one."""
    for unit in UNITS.values():
        if unit.title.zh == words:
            return unit
    return None


def parse_amount(written: str, unit: Unit) -> int | None:
    """The fen in an amount written in `unit`; None where the cell is empty or a dash.

    Full-width digits, separators of thousands and brackets for negative ones are understood. Raises NotAnAmount,
    FinerThanFen, TooLarge.
    """
    words = "".join(unicodedata.normalize("NFKC", written).replace("−", "-").split())
    if words in NONE:
        return None
    if words.startswith("(") and words.endswith(")"):
        words = f"-{words[1:-1]}"
    if not WRITTEN.fullmatch(words):
        raise NotAnAmount(value=written[:40])
    with localcontext(prec=PRECISION):
        fen = Decimal(words.replace(",", "")).scaleb(unit.power)
        if abs(fen) > MOST:
            raise TooLarge(value=written[:40], unit=unit.title)
        if fen != fen.to_integral_value():
            raise FinerThanFen(value=written[:40], unit=unit.title)
        return int(fen)


def in_unit(fen: int, unit: Unit) -> Decimal:
    """The exact amount in a unit."""
    with localcontext(prec=PRECISION):
        return Decimal(fen).scaleb(-unit.power)


def exact(fen: int, unit: Unit) -> str:
    """The exact amount in a unit, as short as it can be written: 1234.5."""
    words = f"{in_unit(fen, unit):f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def shown(fen: int, unit: Unit, places: int = 2) -> str:
    """The amount in a unit with separators of thousands and `places` decimals, rounded half up: 1,234.50."""
    with localcontext(prec=PRECISION):
        rounded = in_unit(fen, unit).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,f}"  # no minus before a zero


def is_rounded(fen: int, unit: Unit, places: int = 2) -> bool:
    """Whether `shown` leaves something out."""
    return fen % 10 ** max(unit.power - places, 0) != 0


def percent(part: int | None, whole: int | None) -> Decimal | None:
    """`part` as percent of `whole` with two places, half up; None where there is no whole to be part of."""
    if part is None or not whole:
        return None
    with localcontext(prec=PRECISION):
        return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
