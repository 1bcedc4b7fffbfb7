"""The article that a button rests on, as its template shows it beside the button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.deadlines.articles import Article
from engine.deadlines.decided import in_force
from engine.deadlines.standing import Place
from engine.definitions.folder import Folder
from engine.definitions.further_steps import PARTS, basis_of
from engine.definitions.legal_bases import articles_of, places_of
from engine.definitions.rule_packs import shipped_articles, shipped_places
from webui.language import language
from webui.words.citing import cited
from webui.words.standing import standing_words

Shown = dict[str, str]


def legal_basis(key: str, rule_pack_id: int) -> Shown:
    """The article by the pack that the case began with: how it is cited, the act, what it says, where it binds."""
    return _shown(key, articles_of(rule_pack_id).get(key), places_of(rule_pack_id))


def step_bases(part: str, folder: Folder, rule_pack_id: int) -> dict[str, Shown | None]:
    """The articles of the steps of a part that stand outside tasks and actions; None for a folder deployed before it
    named them."""
    return {
        step: legal_basis(key, rule_pack_id) if (key := basis_of(folder, step)) else None
        for step in PARTS[part]
    }


def step_bases_now(part: str, folder: Folder, congress_id: int) -> dict[str, Shown | None]:
    """The same for what belongs to no case, by the rules that hold in the congress today."""
    rules = in_force(congress_id).pack
    return {
        step: _shown(key, rules.bases.get(key), rules.places) if (key := basis_of(folder, step)) else None
        for step in PARTS[part]
    }


def legal_bases(keys: Iterable[str]) -> list[Shown]:
    """The articles that several steps of several cases rest on, each once, as the law stands now."""
    known, places = shipped_articles(), shipped_places()
    return [_shown(each, known.get(each), places) for each in dict.fromkeys(filter(None, keys))]


def _shown(key: str, article: Article | None, places: Mapping[str, Place]) -> Shown:
    locale = "en" if language() == "en" else "zh"
    if article is None:
        return {"cite": cited(key, locale), "act": "", "says": "", "standing": ""}
    words: Any = {name: getattr(article, name) for name in ("title", "summary")}
    cite, act = getattr(words["title"], locale), article.text + article.article
    turned = cited(act, locale)
    return {
        "cite": cite,
        "act": act
        if turned == cite
        else turned,  # what the citation says already is told by its official name
        "says": getattr(words["summary"], locale),
        "standing": standing_words(article.source, article.comparators, places, article.jurisdiction),
    }
