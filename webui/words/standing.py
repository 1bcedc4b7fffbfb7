"""How a value stands in law, in a sentence: binding, taken over from another place, or the congress's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from engine.deadlines.lengths import parse_length
from engine.deadlines.rules import Rule, RulePack
from engine.deadlines.standing import Comparator, Place, Source, comparator
from webui.language import english, language
from webui.words.citing import numeral
from webui.words.counting import length_in_words


def source_words(source: Source) -> str:
    """A word or two for how it stands."""
    return {
        Source.STATUTE: _("法律规定"),
        Source.LOCAL: _("本级规定"),
        Source.COMPARATOR: _("参照外地，待确定"),
        Source.HOUSE: _("本级工作规则，待确定"),
        Source.DEFAULT: _("默认，待确认"),
    }[source]


def standing_words(
    source: Source,
    cited: Iterable[str],
    places: Mapping[str, Place],
    jurisdiction: str = "",
    length: str = "",
) -> str:
    """The sentence that a reader needs before he relies on the value; where it binds, that it binds there.

    With `length`, the places that have another one are told apart from those that were followed.
    """
    if source is Source.COMPARATOR:
        found = [comparator(each, places) for each in cited]
        others = [each for each in found if length and each.length not in ("", length)]
        told = _(
            "参照%(places)s，须由本级确定。", places=_listed(each for each in found if each not in others)
        )
        return told + (_("外地另有：%(places)s。", places=_listed(others)) if others else "")
    if source in (Source.HOUSE, Source.DEFAULT):
        return _("本级工作规则，没有法律依据，须由本级确定。")
    return _("适用于%(where)s。", where=jurisdiction_words(jurisdiction)) if jurisdiction else ""


def rule_standing(rule: Rule, pack: RulePack) -> str:
    """How a period stands in law."""
    return standing_words(rule.source, rule.comparators, pack.places, rule.jurisdiction, str(rule.length))


def jurisdiction_words(jurisdiction: str) -> str:
    """Where a rule binds, in the reader's language as far as there are words."""
    known = {"全国": _("全国"), "山西省": _("山西省")}
    return known.get(jurisdiction, jurisdiction)


def _listed(found: Iterable[Comparator]) -> str:
    return (", " if english() else "、").join(map(_cited, found))


def _cited(found: Comparator) -> str:
    place = found.place.name.en if english() else found.place.name.zh
    article = ""
    if found.article:
        article = f" art. {found.article}" if english() else f"第{numeral(found.article)}条"
    if not found.length:
        return place + article
    length = length_in_words(parse_length(found.length), language())
    return _("%(place)s（%(length)s）", place=place + article, length=length)
