"""Articles of law that steps rest on: what a button cites, and what the article says in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.deadlines.standing import Source
from engine.deadlines.words import Bilingual, RuleFault


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the trade cites it (`key`, in Chinese), its act in full, and a short summary in our words.

    `jurisdiction` is where it binds; "" in packs that were pinned before articles said so.
    """

    key: str
    text: str
    article: str
    title: Bilingual
    summary: Bilingual
    source: Source = Source.STATUTE
    jurisdiction: str = ""
    comparators: tuple[str, ...] = ()  # 渝16: where it was taken from, if it does not bind here

    def __post_init__(self) -> None:
        lacking = [name for name in ("key", "text", "article") if not str(getattr(self, name)).strip()]
        if lacking:
            raise RuleFault(f"{lacking[0]}: is empty")


def article_from_record(record: Mapping[str, Any]) -> Article:
    """An article from TOML or JSON; RuleFault says what cannot be read."""
    try:
        words = {name: Bilingual(**record[name]) for name in ("title", "summary")}
        source = Source(record.get("source", Source.STATUTE))
        cited = tuple(record.get("comparators", ()))
        return Article(**{**record, **words, "source": source, "comparators": cited})
    except KeyError as fault:
        raise RuleFault(f"{fault.args[0]} is missing") from fault
    except (TypeError, ValueError) as fault:
        raise RuleFault(str(fault)) from fault


def by_key(articles: Iterable[Article]) -> dict[str, Article]:
    """Articles by how they are cited; the same citation twice is refused."""
    found: dict[str, Article] = {}
    for each in articles:
        if each.key in found:
            raise RuleFault(f"basis {each.key}: is there twice")
        found[each.key] = each
    return found


def records(articles: Mapping[str, Article]) -> list[dict[str, Any]]:
    """The articles in JSON's types, in the order of their citations."""
    return [_record(articles[key]) for key in sorted(articles)]


def _record(article: Article) -> dict[str, Any]:
    record = {**asdict(article), "comparators": list(article.comparators)}
    usual = {
        "source": Source.STATUTE,
        "jurisdiction": "",
        "comparators": [],
    }  # packs pinned before keep their hash
    return {name: value for name, value in record.items() if usual.get(name) != value}
