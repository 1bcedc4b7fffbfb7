"""Ways of working that no period expresses (warning cards, rounds, reminders): listed so that they can be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.deadlines.standing import Source, source_in_file
from engine.deadlines.words import Bilingual, RuleFault


@dataclass(frozen=True, slots=True)
class Practice:
    """A way of working: what it is, where it is set, and its value where it is a number (`None` where it is not)."""

    key: str
    title: Bilingual
    summary: Bilingual
    set_in: str
    source: Source
    comparators: tuple[str, ...] = ()
    value: int | None = None


def practices_from(records: Iterable[Mapping[str, Any]]) -> dict[str, Practice]:
    """Practices by their keys; RuleFault names what cannot be read."""
    found: dict[str, Practice] = {}
    for record in records:
        try:
            practice = _practice(record)
        except KeyError as fault:
            raise RuleFault(f"practice {record.get('key', '')}: {fault.args[0]} is missing") from fault
        except TypeError as fault:
            raise RuleFault(f"practice {record.get('key', '')}: {fault}") from fault
        if practice.key in found:
            raise RuleFault(f"practice {practice.key}: is there twice")
        found[practice.key] = practice
    return found


def _practice(record: Mapping[str, Any]) -> Practice:
    words = {name: Bilingual(**record[name]) for name in ("title", "summary")}
    value = record.get("value")
    if value is not None and (type(value) is not int or not 0 < value <= 9999):
        raise TypeError(f"value {value!r} is no number from 1 to 9999")
    return Practice(
        **{
            **record,
            **words,
            "source": source_in_file(record["source"]),
            "comparators": tuple(record.get("comparators", ())),
        }
    )


def practice_records(practices: Mapping[str, Practice]) -> list[dict[str, Any]]:
    """Practices in JSON's types, in the order of their keys."""
    rows = [asdict(practices[key]) for key in sorted(practices)]
    return [{**row, "comparators": list(row["comparators"])} for row in rows]
