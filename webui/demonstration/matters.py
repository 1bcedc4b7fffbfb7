"""What the invented deputies write about: matters by category, in the proportions of 2019."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PLACES = (
    "太原市", "大同市", "朔州市", "忻州市", "吕梁山区", "晋中市", "阳泉市", "长治市", "晋城市", "临汾市", "运城市",
    "黄河沿线", "汾河流域", "太行山区", "晋北地区", "晋南地区", "县域", "偏远山区", "我省", "城乡结合部",
)  # fmt: skip
VERBS = ("关于{place}{what}的建议", "关于在{place}进一步{what}的建议", "关于{place}率先{what}的建议")


@dataclass(frozen=True)
class Matter:
    """A matter to write about, with the units that would deal with it."""

    category: str
    title: str
    background: str
    asks: tuple[str, ...]
    lead: str
    co: tuple[str, ...]


def invent(number: int, chance: random.Random) -> list[Matter]:
    """That many different matters, the categories in their shares, in an order by chance."""
    table = tomllib.loads((HERE / "matters.toml").read_text(encoding="utf-8"))["category"]
    total = sum(category["share"] for category in table)
    matters: list[Matter] = []
    for category in table:
        wanted = max(1, round(number * category["share"] / total))
        titles = [
            (matter, place, verb) for matter in category["matter"] for place in PLACES for verb in VERBS
        ]
        for matter, place, verb in chance.sample(titles, wanted):
            matters.append(_matter(category["key"], matter, place, verb, chance))
    chance.shuffle(matters)
    while len(matters) < number:  # rounding lost a few
        matters.append(matters[len(matters) % 7])
    return matters[:number]


def _matter(key: str, matter: dict[str, object], place: str, verb: str, chance: random.Random) -> Matter:
    co = [str(code) for code in matter["co"]]  # type: ignore[attr-defined]
    several = chance.random() < 0.48  # the share of 2019 that went to more than one unit
    return Matter(
        category=key,
        title=verb.format(place=place, what=matter["what"]),
        background=f"近年来我们在{place}调研发现，{matter['background']}群众对此反映较多，需要统筹研究解决。",
        asks=tuple(str(ask) for ask in matter["asks"]),  # type: ignore[attr-defined]
        lead=str(matter["lead"]),
        co=tuple(co) if several else (),
    )
