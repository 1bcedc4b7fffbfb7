"""Templates are somebody's text: whatever stands in them, nothing is run, read or fetched, and it ends soon."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.definitions.catalogue import PROCESSES
from engine.documents import fonts, setting
from engine.documents.declarations import Forms, read_forms
from engine.documents.lists import LISTINGS
from engine.documents.setting import TYPST, WORD, TemplateFails, TemplateTooSlow, fill_in, typeset
from engine.documents.subjects import SUBJECTS
from engine.documents.templates import set_with
from engine.documents.word_files import WordRefused, checked_word
from tests.documents.reading import repacked, saying, whole_words_of, word_text, words_of

pytestmark = pytest.mark.slow

SAMPLE = {"document": {"title": "样张"}, "name": "李明", "printed": {"at": "", "by": ""}}
HEAD = '#import "official.typ": *\n'
FOLDERS = sorted(PROCESSES.glob("*/documents/documents.toml"))
SECRET = "root:"  # the first words of the file that every attacker asks for

TYPST_ATTACKS = (
    '#read("/etc/passwd")',
    '#read("../../../../etc/passwd")',
    '#raw(read("/proc/self/environ"))',
    '#image("/etc/passwd")',
    '#json("/proc/self/status")',
    '#include "/etc/passwd"',
    '#import "/etc/passwd"',
    '#import "@preview/cetz:0.3.1": *',
    '#import "@local/anything:1.0.0": *',
    '#("@pre" + "view/cetz:0.3.1", ).map(each => eval("import \\"" + each + "\\""))',
    '#plugin("evil.wasm")',
    '#eval("read(\\"/etc/passwd\\")")',
    '#bibliography("/etc/passwd")',
    "#while true { 1 }",
    "#let again() = again()\n#again()",
    "#panic()",
    "#let a = (",
)
WORD_ATTACKS = (
    "{{ name.__class__ }}",
    "{{ name.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ name.format.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ ''|attr('__class__') }}",
    "{{ '%c%c'|format(95,95) and name|attr('__init__') }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(name) }}",
    "{{ ['id']|map('system')|join }}",
    "{% include '/etc/passwd' %}",
    "{% import '/etc/passwd' as x %}",
    "{% extends '/etc/passwd' %}",
    "{% for x in range(10) %}{{ x }}{% endfor %}",
    "{{ open('/etc/passwd').read() }}",
    "{{ document.__class__.__init__ }}",
    "{{ document.update({'a': 1}) }}",
    "{{ name.missing }}",
    "{{ nothing }}",
    "{% if %}",
)


@pytest.mark.parametrize("attack", TYPST_ATTACKS)
def test_a_hostile_typst_template_gets_nothing(attack: str) -> None:
    with pytest.raises(TemplateFails) as refused:
        typeset(HEAD + attack, SAMPLE)
    assert SECRET not in refused.value.message


@pytest.mark.parametrize("attack", WORD_ATTACKS)
def test_a_hostile_word_template_gets_nothing(attack: str) -> None:
    with pytest.raises(TemplateFails) as refused:
        fill_in(saying(attack), SAMPLE)
    assert SECRET not in refused.value.message
    assert "uid=" not in refused.value.message


@pytest.mark.slow
@pytest.mark.parametrize(
    "greedy", ["#for i in range(100000) { for j in range(100000) { let k = i * j } }", '#("a" * 4000000000)']
)
def test_a_template_that_would_not_end_is_ended(greedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "SECONDS", 2)  # of processor: a patience that ends is a patience that ends
    with pytest.raises(TemplateTooSlow):
        typeset(greedy, SAMPLE)


def test_data_is_never_read_as_a_template() -> None:
    name = '#read("/etc/passwd") $x$ *_ {{ name.__class__ }} {% for %} <b>&amp;'
    data = {**SAMPLE, "name": name}
    assert name.replace(" ", "") in words_of(typeset(HEAD + "#show: official\n#data.name", data).content)
    assert word_text(fill_in(saying("{{ name }}"), data).content) == name.replace(" ", "")


def test_a_mistake_is_shown_with_its_line_and_words() -> None:
    with pytest.raises(TemplateFails) as refused:
        typeset(HEAD + "#show: official\n\n第一段 #data.nmae", SAMPLE)
    assert "第4行" in refused.value.message
    assert "没有这个数据项" in refused.value.message
    assert "nmae" in refused.value.message
    with pytest.raises(TemplateFails) as refused:
        fill_in(saying("{{ document.tilte }}"), SAMPLE)
    assert "tilte" in refused.value.message


def test_a_character_without_a_glyph_is_told_and_marked() -> None:
    data = {**SAMPLE, "name": "代表李𠮷明、㙓、𬭎和\ue863", "at": ["再见𠮷"]}
    document = typeset(HEAD + "#show: official\n#data.name", data)
    assert [(each.character, each.code) for each in document.lacking] == [
        ("𠮷", "U+20BB7"),
        ("\ue863", "U+E863"),
    ]
    assert document.lacking[0].near == "代表李𠮷明、㙓、𬭎和"
    words = words_of(document.content)
    assert "代表李〓明、㙓、𬭎和〓" in words
    assert "U+20BB7" in words
    assert "2个字现用字库未收" in words
    assert "\x00" not in words


def test_a_whole_letter_has_no_note_on_characters() -> None:
    document = typeset(HEAD + "#show: official\n#data.name", SAMPLE)
    assert document.lacking == ()
    assert words_of(document.content) == "李明—1—"


def test_without_fonts_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SHIPPED", "no_such_fonts")
    with pytest.raises(fonts.FontsMissing):
        typeset(HEAD + "#data.name", SAMPLE)


# Files that come as Word templates


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"PK\x03\x04 not really",
        b"%PDF-1.7",
        repacked(saying("a"), {"word/vbaProject.bin": b"x"}),
        repacked(saying("a"), {"word/embeddings/oleObject1.bin": b"x"}),
        repacked(saying("a"), {"../evil.xml": b"<a/>"}),
        repacked(
            saying("a"), {"word/header9.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'}
        ),
        repacked(
            saying("a"),
            {"word/_rels/settings.xml.rels": b'<a TargetMode="External" Target="http://127.0.0.1/t.dotm"/>'},
        ),
        repacked(saying("a"), {"word/large.xml": b"0" * (21 * 2**20)}),
    ],
)
def test_a_word_file_that_is_more_than_a_letter_is_refused(file: bytes) -> None:
    with pytest.raises(WordRefused):
        checked_word(file)


def test_a_plain_word_file_is_taken() -> None:
    file = saying("{{ name }}")
    assert checked_word(file) == file


# The shipped templates


@pytest.fixture(params=FOLDERS, ids=lambda file: file.parent.parent.name)
def forms(request: pytest.FixtureRequest) -> Forms:
    folder = request.param.parent
    return read_forms(folder.parent.name, folder, SUBJECTS.keys() | LISTINGS.keys())


def test_every_document_has_both_templates(forms: Forms) -> None:
    assert {key: each.formats for key, each in forms.documents.items()} == dict.fromkeys(
        forms.documents, (TYPST, WORD)
    )


def leaves(data: Any) -> Iterator[str]:
    """Every word or number in some data, as read back: without blanks."""
    if isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from leaves(each)
    elif len(words := re.sub(r"\s+", "", str(data))) > 1:
        yield words


@pytest.mark.usefixtures("press_at_hand")
def test_every_shipped_template_can_be_set_and_both_formats_say_the_same(forms: Forms) -> None:
    """What one format says of the case, the other says too: every name, number, day and sentence of the sample."""
    data = forms.sample()
    facts = sorted(set(leaves({name: part for name, part in data.items() if name != "document"})))
    for key, template in {each.template: each for each in forms.documents.values()}.items():
        data["document"] = {"title": template.title.zh, "basis": template.basis}
        pdf = whole_words_of(set_with(forms.shipped(key, TYPST), TYPST, data).content)
        word = word_text(set_with(forms.shipped(key, WORD), WORD, data).content)
        assert [fact for fact in facts if fact in pdf] == [fact for fact in facts if fact in word], key
        for words in (pdf, word):
            assert len(words) > 100, key
            assert [sign for sign in ("{{", "{%", "#data", "one", "\x00", "〓") if sign in words] == [], key


def test_the_sample_is_plain_data(forms: Forms) -> None:
    assert json.loads(json.dumps(forms.sample())) == forms.sample()
