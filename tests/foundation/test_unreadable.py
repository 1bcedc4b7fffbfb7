"""Files that cannot be read: said in words of our own with the place, whatever the library says; its words are kept."""

from __future__ import annotations

import json
import random
import re
import tomllib

import pytest

from engine.definitions.catalogue import shipped
from engine.flow.problems import Findings
from engine.flow.source import read_xml
from engine.foundation.unreadable import ANYTHING, OTHERWISE, original_of, pattern_flaw, text_flaw

NAMED = {
    "": "没有内容，或者开头不是标记。",
    "<a/><b/>": "最外层的标记结束以后还有内容。",
    "<a>\x01</a>": "有XML不允许的控制字符。",
    "<a>A & B</a>": "标记或者属性的名称写得不对。",
    "<a>A &lt B</a>": "文字里的“&”要写成“&amp;”。",
    "<a>&nbsp;</a>": "没有名为“nbsp”的实体。",
    '<a b="<"/>': "属性的值里有“<”，要写成“&lt;”。",
    "<a b=c/>": "属性的值缺少引号。",
    "<a b/>": "属性“b”没有值。",
    '<a b="1" b="2"/>': "属性“b”写了两次。",
    "<a><!-- </a>": "注释没有结束。",
    "<a><? ?></a>": "处理指令（<? … ?>）写得不对。",
    "<a>]]></a>": "文字里的“]]>”要写成“]]&gt;”。",
    "<a><![CDATA[x</a>": "CDATA没有结束。",
    '<a><?xml version="1.0"?></a>': "XML声明写得不对，或者不在开头。",
    "<a><b></b c></a>": "标记没有写完，缺少“>”。",
    "<a>\n<b></a>": "“b”还没有结束，就出现了“a”的结束标记。",
    "<a><b>": "“b”没有结束标记，文件可能不完整。",
    '<a xmlns="http://a b"/>': "命名空间的地址写得不对。",
    "<x:a/>": "没有声明命名空间的前缀“x”。",
    '<a xmlns:b="urn:b"><b:/></a>': "“b:”不能作名称。",
}


def reason(xml: bytes) -> str:
    findings = Findings("a.bpmn")
    assert read_xml(xml, findings) is None
    (problem,) = findings.problems
    assert problem.code == "xml" and problem.line > 0
    said: str = problem.message.values["reason"]  # type: ignore[attr-defined]
    assert original_of(problem.message)
    return said


@pytest.mark.parametrize("xml", NAMED)
def test_what_is_wrong_with_xml_is_named(xml: str) -> None:
    assert reason(xml.encode()) == NAMED[xml]


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    assert reason("<a>\n甲</a>".encode("gb18030")) == "第2行不是UTF-8编码，请另存为UTF-8。"


def test_no_word_of_a_library_comes_through() -> None:
    """A file that is damaged anywhere: hardly ever is it only said where, and the library's own words never are."""
    bpmn = shipped()["suggestion"]["suggestion.bpmn"][:5000]
    chance, vague = random.Random(20261128), 0
    junk = [
        "<",
        ">",
        "&",
        '"',
        "'",
        "/",
        "=",
        "</a>",
        "&#0;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<?",
        ":",
        "\x01",
        " ",
    ]
    for _each in range(400):
        at = chance.randrange(len(bpmn))
        findings = Findings("a.bpmn")
        read_xml((bpmn[:at] + chance.choice(junk) + bpmn[at:]).encode(), findings)
        for problem in findings.problems:
            said = problem.message.values["reason"]  # type: ignore[attr-defined]
            vague += said.template == ANYTHING
            assert re.search("[一-鿿]", said) and "line" not in said
    assert vague == 0


TOML = {
    'a = "x': (0, "文件末尾：引号不成对。"),
    "\na b": (2, "第2行第3列：名称后面缺少等号。"),
    "a = x": (1, "第1行第5列：取值写得不对；文字要加引号。"),
    "a = 1 2": (1, "第1行第7列：后面有多余的内容；一行只写一项。"),
    "a = { b = 1": (0, "文件末尾：花括号不成对，或者缺少逗号。"),
    "a = [1 2]": (1, "第1行第8列：方括号不成对，或者缺少逗号。"),
    "[a": (0, "文件末尾：表名的方括号不成对。"),
    "a = 1\na = 2\n": (2, "第2行第6列：同一个名称写了两次。"),
    "[a]\n[a]": (2, "第2行第3列：这张表写了两次，或者与前面的内容冲突。"),
    'a = "\\q"': (1, "第1行第8列：文字里的反斜杠要写两个。"),
}
JSON = {
    "": "第1行第1列：缺少取值，或者取值写得不对。",
    '{"a" 1}': "第1行第6列：名称后面缺少冒号。",
    '{"a": 1 "b"}': "第1行第9列：缺少逗号，或者括号不成对。",
    '{"a": 1,}': "第1行第9列：缺少加引号的名称，或者前面多了逗号。",
    "{} x": "第1行第4列：后面有多余的内容。",
}


def test_what_is_wrong_with_the_other_files_is_named() -> None:
    for text, wanted in TOML.items():
        with pytest.raises(tomllib.TOMLDecodeError) as refused:
            tomllib.loads(text)
        assert text_flaw(refused.value) == wanted
    for text, words in JSON.items():
        with pytest.raises(json.JSONDecodeError) as wrong:
            json.loads(text)
        assert text_flaw(wrong.value)[1] == words and original_of(text_flaw(wrong.value)[1])
    assert text_flaw(RecursionError())[1] == "嵌套过深。"
    assert text_flaw(ValueError("?"))[1] == f"文件末尾：{OTHERWISE}"
    with pytest.raises(re.error) as pattern:
        re.compile("a[")
    assert pattern_flaw(pattern.value) == "第2个字符附近不对。"
