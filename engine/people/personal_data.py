"""What in a text looks like personal data: proposals for a person to decide on, never a silent change.

The one table of patterns: replies are looked through with it before they are signed, copies before they are published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.people.private_names import private_names

HIDDEN = "〔已隐去〕"
# Every kind, and how it is called in Chinese and English. `identity_like` has the shape of an ID card number and a
# wrong check digit: a slip of the pen, or the number of something else.
KINDS: dict[str, tuple[str, str]] = {
    "mobile": ("手机号码", "Mobile number"),
    "identity": ("身份证号码", "Identity card number"),
    "identity_like": ("疑似身份证号码", "Possibly an identity card number"),
    "bank_card": ("银行卡号", "Bank card number"),
    "email": ("电子邮箱", "E-mail address"),
    "landline": ("电话号码", "Telephone number"),
    "plate": ("车牌号", "Number plate"),
    "address": ("住址", "Home address"),
    "account": ("社交账号", "Account"),
    "person": ("人名", "Name of a person"),
    "private_person": ("疑似个人姓名", "Possibly a private person's name"),
}
# Kinds that no official text needs to show; the others may be an office's own (its telephone, its address).
NEVER_PUBLIC = frozenset({"mobile", "identity", "bank_card"})
# Kinds found by rule of thumb in running words: shown and proposed, but nobody has to say why they stand.
ONLY_SHOWN = frozenset({"private_person"})

_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_BETWEEN = r"[\s\-—–‐‑·.()\u200b-\u200d\u2060\ufeff]"
# A sum or an amount is no telephone number, unless a word before it says that it is one.
_QUANTITY = re.compile(r"\s*(?:元|万|亿|吨|平方|立方|人次|千瓦|度|公里|亩)")
_CALLING = re.compile(r"电话|手机|致电|拨打|联系|微信|号码")
_HAN = r"[\u4e00-\u9fff]"
_CLAUSE = r"[^\s，。；、：:！？,;()\n]"

_MOBILE = re.compile(
    rf"(?<![0-9])(?:\+?86{_BETWEEN}{{0,3}})?1{_BETWEEN}{{0,2}}[3-9](?:{_BETWEEN}{{0,2}}[0-9]){{9}}(?![0-9])"
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
    rf"(?<![0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_BETWEEN}{{0,3}}[2-9][0-9]{{2,3}}{_BETWEEN}?[0-9]{{4}}(?![0-9])"
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
# The number alone, whatever letters or further numbers stand beside it.
_BARE_ID_CARD = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
_OLD_ID_CARD = re.compile(r"[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text that looks like personal data of a kind."""

    start: int
    end: int
    kind: str  # one of KINDS


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


def kinds_in(text: str) -> set[str]:
    """The kinds of personal data in a text, those that are found by rule of thumb in running words left out."""
    return {mark.kind for mark in _patterned(text)}


def proposals(text: str, names: Collection[str] = (), known: Collection[str] = ()) -> list[Mark]:
    """Every place to be looked at, in order and without overlap.

    `names` are of persons whom the text may mention and must not show; `known` are of those who act in office, whom
    the text may call 同志.
    """
    found = [*_patterned(text), *(Mark(*place, "private_person") for place in private_names(text, known))]
    for name in names:
        if len(name) >= 2:
            found += [Mark(hit.start(), hit.end(), "person") for hit in re.finditer(re.escape(name), text)]
    return _apart(found)


def _patterned(text: str) -> list[Mark]:
    plain = folded(text)
    return [*_numbers(plain), *_numbers(plain.translate(_CHINESE_DIGITS)), *_others(plain)]


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
    for hit in _BARE_ID_CARD.finditer(plain):
        named = _is_named(plain[max(0, hit.start() - 12) : hit.start()])
        sure = named or _checks(hit[0].upper())
        yield Mark(hit.start(), hit.end(), "identity" if sure else "identity_like")
    for hit in _MOBILE.finditer(plain):
        if not _is_amount(plain, hit):
            yield Mark(hit.start(), hit.end(), "mobile")


def _is_amount(plain: str, hit: re.Match[str]) -> bool:
    """Whether a number is one of yuan or tons, and no word before it says that it is for calling."""
    before = plain[max(0, hit.start() - 8) : hit.start()]
    return bool(_QUANTITY.match(plain, hit.end())) and not _CALLING.search(before)


def _kind_of(number: str, before: str) -> str:
    """What a long number is; a wrong check digit after the word for it is a slip of the pen, not another number."""
    named = _is_named(before)
    if _ID_CARD.fullmatch(number):
        return "identity" if named or _checks(number) else "identity_like"
    if named and _OLD_ID_CARD.fullmatch(number):
        return "identity"
    if 16 <= len(number) <= 19 and number.isdigit() and number[0] in "3456" and _luhn(number):
        return "bank_card"
    return "bank_card" if "卡号" in before or "账号" in before or "帐号" in before else ""


def _is_named(before: str) -> bool:
    return "身份证" in before or "证件号" in before


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
            if kind != "landline" or not _is_amount(plain, hit):
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
            kind = min(last.kind, mark.kind, key=_doubt)
            kept[-1] = Mark(last.start, max(last.end, mark.end), kind)
        else:
            kept.append(mark)
    return kept


def _doubt(kind: str) -> int:
    """How little certain a kind is: 0 for what is never public, 2 for what is only shown."""
    return 0 if kind in NEVER_PUBLIC else 2 if kind in ONLY_SHOWN else 1
