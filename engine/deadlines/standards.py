"""Standards of performance scoring (绩效评价): weights, thresholds, choices of a rule pack, each with its standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.deadlines.keyed import keyed
from engine.deadlines.standing import Source, source_in_file
from engine.deadlines.words import Bilingual, RuleFault

# A standard is a number within bounds, or one of these words.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "reverse_school": ("linear", "ratio"),
    "zero_target": ("refused", "met"),
}
PERCENT = (Decimal(0), Decimal(100))
NUMBERS: Mapping[str, tuple[Decimal, Decimal]] = {
    **dict.fromkeys(("weight_execution", "weight_output", "weight_benefit", "weight_satisfaction"), PERCENT),
    **dict.fromkeys(("grade_excellent", "grade_good", "grade_fair"), PERCENT),
    **dict.fromkeys(("band_met", "band_partly"), PERCENT),
    "overshoot_factor": (Decimal(1), Decimal(100)),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """One value by which performance is scored; `value` is a decimal number in figures, or a word of CHOICES."""

    key: str
    title: Bilingual
    value: str
    text: str
    article: str
    source: Source
    comparators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.key in CHOICES:
            if self.value not in CHOICES[self.key]:
                raise RuleFault(f"value {self.value!r} is none of {', '.join(CHOICES[self.key])}")
        elif self.key in NUMBERS:
            _check_number(self.value, *NUMBERS[self.key])
        else:
            raise RuleFault("no scoring asks for this key")

    @property
    def basis(self) -> str:
        """The act and the article."""
        return self.text + self.article


def _check_number(value: str, least: Decimal, most: Decimal) -> None:
    try:
        number = Decimal(value)
    except InvalidOperation as fault:
        raise RuleFault(f"value {value!r} is no number") from fault
    if not least <= number <= most:
        raise RuleFault(f"value {value!r} is not from {least} to {most}")


def standards_from(records: Iterable[Mapping[str, Any]]) -> dict[str, Standard]:
    """Standards by their keys; RuleFault names what cannot be read."""
    return keyed("performance", records, _standard)


def _standard(record: Mapping[str, Any]) -> Standard:
    known = {"key", "title", "value", "legal_basis", "source", "comparators"}
    if unknown := record.keys() - known:
        raise RuleFault(f"unknown field {', '.join(sorted(unknown))}")
    value, basis = record["value"], record["legal_basis"]
    if not isinstance(value, str):
        raise RuleFault(f"value {value!r} is not written as text, which alone keeps decimals exact")
    return Standard(
        key=record["key"],
        title=Bilingual(**record["title"]),
        value=value,
        text=basis["text"],
        article=basis.get("article", ""),
        source=source_in_file(record["source"]),
        comparators=tuple(record.get("comparators", ())),
    )


def standards_in_file(table: Mapping[str, Any]) -> dict[str, Standard]:
    """The `[performance]` section of a pack's file: values that share the act it names."""
    section = table.get("performance", {})
    shared = {"legal_basis": section.get("legal_basis")} if "legal_basis" in section else {}
    return standards_from({**shared, **record} for record in section.get("values", ()))


def standard_records(standards: Mapping[str, Standard]) -> list[dict[str, Any]]:
    """Standards in JSON's types, in the order of their keys, as `standards_from` reads them."""
    return [_record(standards[key]) for key in sorted(standards)]


def _record(one: Standard) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": asdict(one.title),
        "value": one.value,
        "legal_basis": {"text": one.text, "article": one.article},
        "source": one.source.value,
        "comparators": list(one.comparators),
    }
