"""Laws and their articles as they are cited: as the packs write them in Chinese, turned for readers of English.

The packs' own titles say what an act is called in English. What they do not name keeps its Chinese name: an act that
nobody has translated is found by that one only.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from engine.definitions.rule_packs import shipped_articles, shipped_places

DIGITS = "零一二三四五六七八九"
ARTICLE = rf"第[{DIGITS}十百]+条"
ARTICLES = re.compile(rf"{ARTICLE}(?:至{ARTICLE})?(?:、{ARTICLE}(?:至{ARTICLE})?)*")
TITLE = re.compile(rf"(?P<act>.+?){ARTICLE}")

# What stands where no act binds, and what else is said beside an article.
PHRASES = {
    "待省人大确认的默认期限": "Default period, to be confirmed by the provincial congress",
    "待省人大确认的默认办法": "Default practice, to be confirmed by the provincial congress",
    "待本级人大确认的保管期限": "Retention to be confirmed by this congress",
    "待本级人大确认的计分方法": "Scoring to be confirmed by this congress",
    "（办法未作规定）": " (the Measures say nothing)",
    "条款待核": "article to be verified",
    "六个月内听取整改情况报告": "report on putting right heard within six months",
    "参照各地规定": "after rules of several places",
    "浙江为一个月": "Zhejiang: one month",
    "按照规定": "as provided",
    "二十日": "twenty days",
    "及时": "promptly",
    "参照": "after ",
    "《中华人民共和国民法典》": "Civil Code",
}
SIGNS = {"（": " (", "）": ")", "、": "; ", "；": "; ", "：": ": ", "，": ", "}


def cited(basis: str, locale: str) -> str:
    """代表法第二十四条、第五十一条 / Deputies Law, arts 24 and 51."""
    if locale != "en":
        return basis
    said = basis
    for chinese, english in _house_rules().items():
        said = said.replace(chinese, english)
    said = ARTICLES.sub(lambda found: _articles(found[0]), said)
    for chinese, english in _names().items():
        said = said.replace(chinese, english)
    for sign, english in SIGNS.items():
        said = said.replace(sign, english)
    return re.sub(r" {2,}", " ", said).strip()


def _articles(found: str) -> str:
    """第二十四条、第三十一条至第三十七条 / , arts 24 and 31–37."""
    parts = ["–".join(str(_number(each)) for each in part.split("至")) for part in found.split("、") if part]
    last = parts.pop()
    listed = f"{', '.join(parts)} and {last}" if parts else last
    return f", {'art.' if listed.isdigit() else 'arts'} {listed}"


@functools.cache
def _house_rules() -> Mapping[str, str]:
    """What rests on no act, by its whole title: 联名办法（参照重庆第八条）."""
    titles = [article.title for article in shipped_articles().values()]
    return {title.zh: title.en for title in titles if not TITLE.fullmatch(title.zh)}


@functools.cache
def _names() -> Mapping[str, str]:
    """Acts, places and phrases by their Chinese words, the longer before those that they contain."""
    names = dict(PHRASES)
    for article in shipped_articles().values():
        found = TITLE.fullmatch(article.title.zh)
        act, cut, _ = article.title.en.partition(", art. ")
        if found and cut:
            names |= {found["act"]: act, article.text: act}
    names |= {place.name.zh: place.name.en for place in shipped_places().values()}
    return dict(sorted(names.items(), key=lambda each: -len(each[0])))


@functools.cache
def _numerals() -> Mapping[str, int]:
    return {numeral(number): number for number in range(1, 1000)}


def _number(article: str) -> int | str:
    """The number of 第五十一条; one that is written in another way stays as it is."""
    return _numerals().get(article[1:-1], article)


def numeral(number: int) -> str:
    """一 to 九百九十九, as articles are numbered."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")
