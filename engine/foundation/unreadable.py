"""Why a file cannot be read, said so that it can be said in the reader's language: XML, TOML, JSON, patterns, bytes.

What the library itself says stays with the sentence as its `original`, which `original_of` gives for machines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.foundation.language import Sentence, _

# libxml2's numbers, those that files bring about (xmlerror.h), and what of its message the sentence names.
_XML: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((1, 4), _("没有内容，或者开头不是标记。"), ""),
    ((5,), _("最外层的标记结束以后还有内容。"), ""),
    ((9,), _("有XML不允许的控制字符。"), ""),
    ((23,), _("文字里的“&”要写成“&amp;”。"), ""),
    ((26,), _("没有名为“{name}”的实体。"), r"Entity '(?P<name>[^']*)'"),
    ((38,), _("属性的值里有“<”，要写成“&lt;”。"), ""),
    ((39, 40), _("属性的值缺少引号。"), ""),
    ((41,), _("属性“{name}”没有值。"), r"attribute (?P<name>[^\s,]+)"),
    ((42,), _("属性“{name}”写了两次。"), r"Attribute (?P<name>\S+) redefined"),
    ((45,), _("注释没有结束。"), ""),
    ((46, 47, 205), _("处理指令（<? … ?>）写得不对。"), ""),
    ((62,), _("文字里的“]]>”要写成“]]&gt;”。"), ""),
    ((63,), _("CDATA没有结束。"), ""),
    ((33, 34, 57, 64, 75, 79, 96), _("XML声明写得不对，或者不在开头。"), ""),
    ((65, 68), _("标记或者属性的名称写得不对。"), ""),
    ((73,), _("标记没有写完，缺少“>”。"), ""),
    (
        (76,),
        _("“{opened}”还没有结束，就出现了“{closed}”的结束标记。"),
        r"mismatch: (?P<opened>[^\s,]+) line \d+ and (?P<closed>[^\s,]+)",
    ),
    ((77,), _("“{name}”没有结束标记，文件可能不完整。"), r"in tag (?P<name>\S+) line"),
    ((99, 200), _("命名空间的地址写得不对。"), ""),
    ((201,), _("没有声明命名空间的前缀“{name}”。"), r"prefix (?P<name>\S+)"),
    ((202,), _("“{name}”不能作名称。"), r"QName '(?P<name>[^']*)'"),
)
_XML_RULES = {code: (template, names) for codes, template, names in _XML for code in codes}
NOTHING_FOUND = 1
ANYTHING = _("第{line}行附近写得不对。")
NOT_UTF8 = _("第{line}行不是UTF-8编码，请另存为UTF-8。")
TOO_DEEP = _("嵌套过深。")
AT_POSITION = _("第{line}行第{column}列：{flaw}")
AT_END = _("文件末尾：{flaw}")

# The beginnings of what tomllib and json say.
_TEXTS: Mapping[str, str] = {
    "Unterminated string": _("引号不成对。"),
    'Expected "\'"': _("引号不成对。"),
    "Expected '='": _("名称后面缺少等号。"),
    "Illegal character": _("有不能使用的字符。"),
    "Found invalid character": _("有不能使用的字符。"),
    "Invalid control character": _("有不能使用的字符。"),
    "Invalid value": _("取值写得不对；文字要加引号。"),
    "Expecting value": _("缺少取值，或者取值写得不对。"),
    "Expected newline": _("后面有多余的内容；一行只写一项。"),
    "Extra data": _("后面有多余的内容。"),
    "Unclosed inline table": _("花括号不成对，或者缺少逗号。"),
    "Unclosed array": _("方括号不成对，或者缺少逗号。"),
    "Invalid initial character for a key": _("名称写得不对。"),
    "Expected ']": _("表名的方括号不成对。"),
    "Unescaped '\\'": _("文字里的反斜杠要写两个。"),
    "Invalid \\": _("文字里的反斜杠要写两个。"),
    "Cannot declare": _("这张表写了两次，或者与前面的内容冲突。"),
    "Cannot overwrite": _("同一个名称写了两次。"),
    "Cannot mutate": _("这张表写了两次，或者与前面的内容冲突。"),
    "Duplicate inline table key": _("同一个名称写了两次。"),
    "Expecting ',' delimiter": _("缺少逗号，或者括号不成对。"),
    "Expecting ':' delimiter": _("名称后面缺少冒号。"),
    "Expecting property name": _("缺少加引号的名称，或者前面多了逗号。"),
    "Illegal trailing comma": _("最后一项后面多了逗号。"),
}
OTHERWISE = _("写法不对。")
PATTERN = _("第{position}个字符附近不对。")


def xml_flaw(error: Exception, log: Any = None) -> Sentence:
    """What is wrong with an XML file, with the log of its own reader. Its values say in which `line`.

    The log that the error itself carries tells of every file that the thread has read.
    """
    code, said, line = _of_xml(error, log)
    template, names = _XML_RULES.get(code, (ANYTHING, ""))
    found = re.search(names, said)
    if found is None:
        return _kept(ANYTHING, error, line=line)
    return _kept(template, error, line=line, **found.groupdict())


def _of_xml(error: Exception, log: Any) -> tuple[int, str, int]:
    """The number, message and line of what is wrong: of an unknown entity only the log tells."""
    code, line = getattr(error, "code", -1), getattr(error, "lineno", 1)
    last = getattr(log, "last_error", None)
    if code == NOTHING_FOUND and last is not None:
        return last.type, last.message, last.line or 1
    return code, str(error), line or 1


def text_flaw(error: Exception) -> tuple[int, Sentence]:
    """What is wrong with a TOML or JSON file, and in which line (0 at its end, or where that cannot be said)."""
    if isinstance(error, RecursionError):
        return 0, _kept(TOO_DEEP, error)
    said = str(error)
    flaw = Sentence(_beginning(said, _TEXTS.items()))
    if isinstance(error, json.JSONDecodeError):
        line, column = error.lineno, error.colno
    else:
        found = re.search(r"\(at line (\d+), column (\d+)\)$", said)
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    if line == 0:
        return 0, _kept(AT_END, error, flaw=flaw)
    return line, _kept(AT_POSITION, error, line=line, column=column, flaw=flaw)


def _beginning(said: str, known: Iterable[tuple[str, str]]) -> str:
    return next((sentence for words, sentence in known if said.startswith(words)), OTHERWISE)


def bytes_flaw(error: UnicodeDecodeError) -> tuple[int, Sentence]:
    """The line of the first byte that is not UTF-8."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return line, _kept(NOT_UTF8, error, line=line)


def pattern_flaw(error: Exception) -> Sentence:
    """What is wrong with a regular expression."""
    position = getattr(error, "pos", None)
    return _kept(OTHERWISE if position is None else PATTERN, error, position=(position or 0) + 1)


def original_of(said: Any) -> str:
    """What the library said, where a sentence or one that it is filled with stands for that; else ""."""
    values: Mapping[str, Any] = getattr(said, "values", {})
    if "original" in values:
        return str(values["original"])
    return next((found for value in values.values() if (found := original_of(value))), "")


def _kept(template: str, error: Exception, **values: Any) -> Sentence:
    return Sentence(template, original=str(error), **values)
