"""How a rule stands in law: bound by statute, taken over from another place, or the congress's own way of working."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from engine.deadlines.lengths import LengthNotUnderstood, parse_length
from engine.deadlines.words import Bilingual, RuleFault

# 渝16 10wd: a place of the pack, the article where it is known, the length there where there is one.
CITED = re.compile(
    r"(?P<place>[^\s0-9]{1,10})(?P<article>[0-9]{0,3})(?: (?P<length>-?[0-9]{1,4}(?:wd|d|m)))?"
)


class Source(StrEnum):
    """What a value rests on; a comparator and a house rule are for the congress to decide.

    `default` stands in packs that cases pinned before comparators and house rules were told apart.
    """

    STATUTE = "statute"
    LOCAL = "local"
    COMPARATOR = "comparator"
    HOUSE = "house"
    DEFAULT = "default"

    @property
    def to_be_confirmed(self) -> bool:
        """No law that binds here sets the value."""
        return self in (Source.COMPARATOR, Source.HOUSE, Source.DEFAULT)


def source_in_file(value: object) -> Source:
    """The source as a file may name it; RuleFault for the one that only old packs have."""
    try:
        source = Source(str(value))
    except ValueError as fault:
        raise RuleFault(f"source: {fault}") from fault
    if source is Source.DEFAULT:
        raise RuleFault("source: say comparator or house instead of default")
    return source


@dataclass(frozen=True, slots=True)
class Place:
    """Another place whose regulation is looked at: its name and the act."""

    key: str
    name: Bilingual
    act: str


@dataclass(frozen=True, slots=True)
class Comparator:
    """What another place's regulation says: article 0 and length "" where they are not known."""

    place: Place
    article: int
    length: str


def comparator(cited: str, places: Mapping[str, Place]) -> Comparator:
    """A comparator as it is written, `渝16 10wd`; RuleFault for an unknown place or length."""
    found = CITED.fullmatch(cited)
    if found is None or found["place"] not in places:
        raise RuleFault(f"comparator {cited!r}: is none of {', '.join(sorted(places)) or 'no places'}")
    try:
        length = str(parse_length(found["length"])) if found["length"] else ""
    except LengthNotUnderstood as fault:
        raise RuleFault(f"comparator {cited!r}: {fault}") from fault
    return Comparator(places[found["place"]], int(found["article"] or 0), length)


def check_standing(source: Source, cited: Iterable[str], places: Mapping[str, Place]) -> None:
    """A value taken over names from where; RuleFault otherwise."""
    found = [comparator(each, places) for each in cited]
    if source is Source.COMPARATOR and not found:
        raise RuleFault("comparators: name the place that the value is taken from")


def places_from(records: Iterable[Mapping[str, Any]]) -> dict[str, Place]:
    """The places of a pack by their keys."""
    found: dict[str, Place] = {}
    for record in records:
        try:
            place = Place(record["key"], Bilingual(**record["name"]), record["act"])
        except (KeyError, TypeError) as fault:
            raise RuleFault(f"comparator: {fault}") from fault
        if place.key in found:
            raise RuleFault(f"comparator {place.key}: is there twice")
        found[place.key] = place
    return found


def place_records(places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """The places in JSON's types, in the order of their keys."""
    return [asdict(places[key]) for key in sorted(places)]
