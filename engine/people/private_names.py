"""Names of private persons in running text, found by rule of thumb: a surname, a given name, and a word beside them.

No list of names is complete and no rule knows a person: what is found is a proposal, and much is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

# Surnames, the most frequent first. Those that begin more words than names (和 水 于 应 …) are left out.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤"
    "毕聂丛焦柳邢骆岳齐庄梅闫苗冀郗靳甄晋卫裴祁霍卜阮柴蓝凌路左管瞿桑苟邬缪宗房游詹蒲娄涂宁桂耿荆吉盛褚屈窦柯关辛连符饶蔺郎查"
    "闵佟储牟籍仝弓逯郜晏成虞滑原景尚党卓买肖鲍欧"
)
DOUBLE_SURNAMES = (
    "欧阳|司马|上官|诸葛|皇甫|尉迟|令狐|慕容|司徒|司空|夏侯|长孙|宇文|公孙|端木|呼延|轩辕|独孤|申屠|太史|闻人|钟离|鲜于|赫连|澹台"
    "|濮阳|淳于|单于|相里|万俟|南宫|西门|东郭|拓跋|公冶|宗政|仲孙"
)
# Words for a private person that stand before his name, and such as stand behind it.
BEFORE = (
    "村民|居民|群众|患者|病人|学生|家长|户主|业主|申请人|投诉人|举报人|信访人|上访人|当事人|受害人|被害人|监护人|死者|伤者|逝者"
    "|老人|残疾人|贫困户|脱贫户|低保户|五保户|住户|租户|商户|店主|摊主|养殖户|种植户|司机|驾驶员|农民工|职工|员工|工人|乘客|消费者"
    "|邻居|党员|孤儿|儿童|男童|女童|女孩|男孩|其子|其女|其妻|丈夫|妻子|儿子|女儿|父亲|母亲"
)
CALLED = "名叫|叫做|(?:姓名|申请人|投诉人|举报人|户主|业主|患者|当事人|学生|家长)[:：]"
BEHIND = "先生|女士|小姐|老人|师傅|大爷|大妈|大娘|大叔|奶奶|爷爷|阿姨|夫妇|夫妻|同学|[(（][男女]"
COMRADE = "同志"

# What may follow a name, so that the two or three signs before it are one.
_AFTER = (
    r"(?=$|[\s，。；、：:！？,;()（）“”《》\d]|等|的|说|称|反映|表示|介绍|告诉|提出|来信|来电|来访|投诉|举报|申请|一家|家[中里的住境庭]"
    r"|夫妇|夫妻|都|均|已|每|还|因|患|自述|住院|就诊|今年|现年|已故|去世|死亡|受伤|涉嫌|与|和|向|在|从|被|为|是|系|曾|多次|之[子女妻夫]|先生|女士|老人|同志)"
)
# Signs that no given name has.
_GIVEN = (
    r"[^\W\d_A-Za-z某的了在是与及或等不被把将从对而也都就还要已其此该这那很们您我你他她它吗呢吧个亩户村镇乡县市省区局厅委部院校厂路街"
    r"号岁年日以所因且件项次元亿]"
)
# What a name does not end with, where the same sign begins what its bearer does.
_END = r"(?<![说称等系家])"
_NAME = rf"(?:(?:{DOUBLE_SURNAMES})|[于{SURNAMES}]){_GIVEN}{{1,2}}{_END}"
_FURTHER = re.compile(rf"[、和与及]({_NAME}){_AFTER}")
_LED = (
    re.compile(rf"(?:{BEFORE})(?:代表)?[:：“]?({_NAME}){_AFTER}"),
    re.compile(rf"(?:{CALLED})“?({_NAME})(?:{_AFTER}|(?=身份证|电话|手机|住址|性别))"),
)
_FOLLOWED = re.compile(rf"(?:(?:{DOUBLE_SURNAMES})|[{SURNAMES}]){_GIVEN}{{1,2}}$")
_BEHIND = re.compile(rf"{BEHIND}|{COMRADE}")
_VEILED = re.compile(
    rf"(?:(?:{DOUBLE_SURNAMES})|[{SURNAMES}])某(?:某(?!某)|{_GIVEN}{_AFTER}|(?![某些个种地时一类年月日段处项级县市村校单]))"
)
LONGEST = 4  # signs of a name
Place = tuple[int, int]


def private_names(text: str, known: Collection[str] = ()) -> Iterator[Place]:
    """Where a text seems to name a private person; whoever is called 同志 and is among `known` acts in office."""
    for pattern in _LED:
        for hit in pattern.finditer(text):
            yield from _led(text, hit)
    for word in _BEHIND.finditer(text):
        place = _before(text, word.start())
        if place and not (word[0] == COMRADE and text[slice(*place)] in known):
            yield place
    for hit in _VEILED.finditer(text):
        yield hit.span()


def _led(text: str, hit: re.Match[str]) -> Iterator[Place]:
    """The name behind a word, and those that are enumerated behind it."""
    if _is_word(hit[1]):
        return
    yield hit.span(1)
    further = _FURTHER.match(text, hit.end(1))
    if further:
        yield from _led(text, further)


def _before(text: str, end: int) -> Place | None:
    """The longest name that ends where a word for a person begins."""
    for start in range(max(0, end - LONGEST), end - 1):
        if _FOLLOWED.fullmatch(text, start, end):
            return None if _is_word(text[start:end]) else (start, end)
    return None


def _is_word(name: str) -> bool:
    """Whether what looks like a name is, or begins with, a word that everybody uses."""
    return name[:2] in _common_words() or name in _common_words()


@cache
def _common_words() -> frozenset[str]:
    lines = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
