"""What in a text looks like personal data: proposals for a person to decide on, never a silent change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

HIDDEN = "〔已隐去〕"
# Kinds that no official text needs to show; the others may be an office's own (its telephone, its address).
NEVER_PUBLIC = frozenset({"mobile", "id_card", "bank_card"})

_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_BETWEEN = r"[\s\-—–‐‑·.()\u200b-\u200d\u2060\ufeff]"
_QUANTITY = r"(?!\s*(?:元|万|亿|吨|平方|立方|人次|千瓦|度|公里|亩))"
_HAN = r"[\u4e00-\u9fff]"
_CLAUSE = r"[^\s，。；、：:！？,;()\n]"

_MOBILE = re.compile(
    rf"(?<![0-9])(?:\+?86{_BETWEEN}{{0,3}})?1{_BETWEEN}{{0,2}}[3-9](?:{_BETWEEN}{{0,2}}[0-9]){{9}}(?![0-9]){_QUANTITY}"
)
_LONG_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])[0-9](?:{_BETWEEN}?[0-9]){{13,18}}{_BETWEEN}?[Xx]?(?![0-9A-Za-z])"
)
# Bounded on every side: a long run of letters must not be searched from each of its places.
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}\s?@\s?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. ]?"
    r"(?=[A-Z]*[0-9])[A-HJ-NP-Z0-9]{4,5}(?:[A-HJ-NP-Z0-9]|[挂学警港澳])(?![A-Za-z0-9])"
)
_LANDLINE = re.compile(
    rf"(?<![0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_BETWEEN}{{0,3}}[2-9][0-9]{{2,3}}{_BETWEEN}?[0-9]{{4}}(?![0-9]){_QUANTITY}"
    r"(?:转[0-9]{1,6})?"
)
_LOCAL_LINE = re.compile(r"(?:电话|座机|传真|[Tt]el|TEL)[^0-9\n]{0,6}([2-9][0-9]{6,7})(?![0-9])")
_HOME = re.compile(
    rf"(?:家庭住址|住址|现住|家住|居住地址|户籍地址|户籍所在地)(?:为|是|在)?[:：]?\s*({_CLAUSE}{{4,60}})"
)
_ROOM = re.compile(
    rf"{_CLAUSE}{{1,30}}?(?:路|街|巷|弄|里|村|苑|园|院|坊|城|庄|小区|公寓){_CLAUSE}{{0,12}}?"
    r"[0-9A-Za-z]+\s?(?:号楼|栋|幢|座|单元)(?:\s?[0-9A-Za-z]+\s?(?:单元|门))?(?:\s?[0-9]+\s?(?:室|户|号))?"
)
_CONTACT = re.compile(
    rf"(?:联系人|经办人|承办人|代表助理|助理|秘书|工作人员)[:：]\s*({_HAN}{{2,4}})(?!{_HAN})"
)
_ACCOUNT = re.compile(r"(?:微信号?|QQ号?|qq号?)[:：]?\s*([A-Za-z0-9_\-]{5,20})")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CARD = re.compile(
    r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
)
_OLD_ID_CARD = re.compile(r"[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text that looks like personal data of a kind."""

    start: int
    end: int
    kind: str  # mobile | landline | id_card | bank_card | email | plate | address | person | account


def folded(text: str) -> str:
    """The text, sign for sign as long, with digits and letters of every width in their plain form."""
    return "".join(map(_plain, text))


def _plain(sign: str) -> str:
    if "！" <= sign <= "～":  # the full-width forms
        return chr(ord(sign) - 0xFEE0)
    if sign == "\u3000":
        return " "
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def proposals(text: str, names: Collection[str] = ()) -> list[Mark]:
    """Every place to be looked at, in order and without overlap; `names` are of persons the text may mention."""
    plain = folded(text)
    found = [*_numbers(plain), *_numbers(plain.translate(_CHINESE_DIGITS)), *_others(plain)]
    for name in names:
        if len(name) >= 2:
            found += [Mark(hit.start(), hit.end(), "person") for hit in re.finditer(re.escape(name), text)]
    return _apart(found)


def redacted(text: str, marks: Collection[Mark]) -> str:
    """The text with every marked place replaced."""
    for mark in sorted(marks, reverse=True):
        text = text[: mark.start] + HIDDEN + text[mark.end :]
    return text


def squeezed(text: str) -> str:
    """The plain text without what people put between digits: for looking up a known number in it."""
    return re.sub(_BETWEEN, "", folded(text).translate(_CHINESE_DIGITS)).lower()


def _numbers(plain: str) -> Iterator[Mark]:
    for hit in _LONG_NUMBER.finditer(plain):
        kind = _kind_of(re.sub(_BETWEEN, "", hit[0]).upper(), plain[max(0, hit.start() - 12) : hit.start()])
        if kind:
            yield Mark(hit.start(), hit.start() + len(hit[0].rstrip()), kind)
    for hit in _MOBILE.finditer(plain):
        yield Mark(hit.start(), hit.end(), "mobile")


def _kind_of(number: str, before: str) -> str:
    """What a long number is; a wrong check digit after the word for it is a slip of the pen, not another number."""
    named = "身份证" in before or "证件号" in before
    if _ID_CARD.fullmatch(number) and (named or _checks(number)):
        return "id_card"
    if named and _OLD_ID_CARD.fullmatch(number):
        return "id_card"
    if 16 <= len(number) <= 19 and number.isdigit() and number[0] in "3456" and _luhn(number):
        return "bank_card"
    return "bank_card" if "卡号" in before or "账号" in before or "帐号" in before else ""


def _checks(number: str) -> bool:
    """GB 11643: the eighteenth sign follows from the seventeen before."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _others(plain: str) -> Iterator[Mark]:
    for pattern, kind in (
        (_EMAIL, "email"),
        (_PLATE, "plate"),
        (_LANDLINE, "landline"),
        (_ROOM, "address"),
    ):
        for hit in pattern.finditer(plain):
            yield Mark(hit.start(), hit.end(), kind)
    for pattern, kind in (
        (_LOCAL_LINE, "landline"),
        (_HOME, "address"),
        (_CONTACT, "person"),
        (_ACCOUNT, "account"),
    ):
        for hit in pattern.finditer(plain):
            yield Mark(hit.start(1), hit.end(1), kind)


def _apart(found: Collection[Mark]) -> list[Mark]:
    """Of marks that overlap, one that spans them all, of the kind that is the most certain."""
    kept: list[Mark] = []
    for mark in sorted(found):
        if kept and mark.start < kept[-1].end:
            last = kept[-1]
            kind = next((each.kind for each in (last, mark) if each.kind in NEVER_PUBLIC), last.kind)
            kept[-1] = Mark(last.start, max(last.end, mark.end), kind)
        else:
            kept.append(mark)
    return kept
