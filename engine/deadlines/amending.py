"""Changing rules of a pack: another length, other warnings, another article; each checked as every rule is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from engine.deadlines.lengths import Length, LengthNotUnderstood, parse_length
from engine.deadlines.rules import LegalBasis, Rule, RulePack
from engine.deadlines.standing import Source
from engine.deadlines.words import RuleFault
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _

# {"length": "4m", "warn": ["15d", "7d"], "basis": {"text": "《…》", "article": "第六条"}}; the basis may lack
Change = Mapping[str, Any]


def amended(base: RulePack, changes: Mapping[str, Change], *, jurisdiction: str, version: str) -> RulePack:
    """The pack with these changes in all versions of their rules; a rule that it no longer has is passed over.

    A rule with an article of its own is the law of `jurisdiction` from then on.
    """
    origin = {"jurisdiction": jurisdiction, "version": f"{base.key} {version}"}
    new = {
        key: tuple(changed(rule, change, origin) for rule in base.rules[key])
        for key, change in changes.items()
        if key in base.rules
    }
    return dataclasses.replace(base, version=version, rules={**base.rules, **new})


def changed(rule: Rule, change: Change, origin: Mapping[str, str] | None = None) -> Rule:
    """The rule with the change. Raises InvalidAnswers."""
    length = _length(rule, change["length"])
    basis: dict[str, Any] = {}
    if given := change.get("basis"):
        where = LegalBasis(given["text"], given["article"])
        basis = {"legal_basis": where, "source": Source.LOCAL, "comparators": (), **(origin or {})}
    try:
        return dataclasses.replace(
            rule, quantity=length.quantity, unit=length.unit, warn=tuple(change["warn"]), **basis
        )
    except RuleFault as fault:
        raise InvalidAnswers({"warn": [_("看不懂提醒：请写成“15d 3wd”的样子，用空格隔开。")]}) from fault


def _length(rule: Rule, written: str) -> Length:
    try:
        length = parse_length(written)
    except LengthNotUnderstood as fault:
        sentence = _("看不懂期限：请写成 3m（月）、10wd（工作日）、20d（日）的样子。")
        raise InvalidAnswers({"length": [sentence]}) from fault
    if length.backward != rule.length.backward:
        raise InvalidAnswers({"length": [_("向后数的期限不能改成会前倒数的，反过来也一样。")]})
    return length
