"""Rules and comparisons of rules, as pages and as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.deadlines.rules import Rule, RulePack, Source
from engine.sandbox.drafts import rules_of
from engine.sandbox.replay import Comparison, Moved
from engine.statistics.workbook import Sheet, workbook
from webui.language import english, language
from webui.words.counting import length_in_words

Shown = dict[str, Any]
MOST_SHOWN = 200  # of the cases that turn; the workbook has all


def _titled(rule: Rule) -> str:
    return rule.title.en if english() else rule.title.zh


def _source(rule: Rule) -> str:
    words = {Source.STATUTE: _("法律规定"), Source.LOCAL: _("地方规定"), Source.DEFAULT: _("默认，待确认")}
    return words[rule.source]


def rule_lines(
    pack: RulePack, on: dt.date, *, beside: RulePack | None = None, only: Collection[str] | None = None
) -> list[Shown]:
    """The rules in force; with `beside`, what each was there."""
    lines = []
    for rule in rules_of(pack, on):
        if only is not None and rule.id not in only:
            continue
        line = {
            "number": rule.number,
            "title": _titled(rule),
            "length": length_in_words(rule.length, language()),
            "warn": " ".join(rule.warn),
            "basis": str(rule.legal_basis),
            "source": _source(rule),
        }
        if beside is not None:
            was = beside.rule(rule.id, on)
            line |= {"was": length_in_words(was.length, language()), "was_warn": " ".join(was.warn)}
        lines.append(line)
    return lines


def rule_choices(pack: RulePack, on: dt.date) -> list[dict[str, str]]:
    """The rules to choose from, each with its present length."""
    return [
        {"value": rule.id, "label": f"{rule.number} {_titled(rule)} {rule.length}".strip()}
        for rule in rules_of(pack, on)
    ]


def _unit(name: str) -> str:
    return name or _("人大机关（不分单位）")


def comparison_shown(found: Comparison) -> Shown:
    """What the page shows of a comparison."""
    return {
        "href": url_for(
            "sandbox.export",
            draft_id=found.draft.id,
            since=found.since.isoformat(),
            until=found.until.isoformat(),
        ),
        "facts": [
            {"label": _("试算的期限"), "value": found.periods},
            {"label": _("到期日有变动"), "value": found.moved},
            {"label": _("现行规则下逾期"), "value": found.late_before},
            {"label": _("草案下逾期"), "value": found.late_after},
        ],
        "not_counted": found.not_counted,
        "newly_late": [_turned(each) for each in found.newly_late[:MOST_SHOWN]],
        "newly_in_time": [_turned(each) for each in found.newly_in_time[:MOST_SHOWN]],
        "more": max(len(found.newly_late), len(found.newly_in_time)) > MOST_SHOWN,
        "lines": [{"name": _unit(each.unit), "line": each} for each in found.lines],
        "weeks": [each for each in found.weeks if each.before != each.after],
    }


def _turned(each: Moved) -> Shown:
    return {
        "href": url_for("cases.page", case_id=each.case_id) if each.case_id else "",
        "number": each.number or (_("未编号") if each.case_id else _("保密案件")),
        "unit": _unit(each.unit),
        "rule": _titled(each.rule),
        "before": each.before,
        "after": each.after,
        "ended_on": each.ended_on,
    }


def comparison_book(found: Comparison) -> bytes:
    """The comparison as .xlsx: summary, units, weeks, and the cases that turn."""
    summary = [[fact["label"], fact["value"]] for fact in comparison_shown(found)["facts"]]
    note = _("只作试算，现行规则和案件都没有变动。")
    sheets = [
        Sheet(
            _("概要"),
            [_("项目"), _("件数")],
            summary,
            [found.draft.name, f"{found.since} — {found.until}", note],
        ),
        Sheet(_("改动的规则"), [_("规则"), _("草案"), _("现行")], _changes(found)),
        Sheet(
            _("单位"),
            [_("单位"), _("期限数"), _("现行逾期"), _("草案逾期"), _("现行最忙一周"), _("草案最忙一周")],
            [
                [_unit(e.unit), e.due, e.late_before, e.late_after, e.busiest_before, e.busiest_after]
                for e in found.lines
            ],
        ),
        Sheet(
            _("每周到期"),
            [_("周（星期一）"), _("单位"), _("现行"), _("草案")],
            [[e.begins.isoformat(), _unit(e.unit), e.before, e.after] for e in found.loads],
        ),
        *(
            Sheet(
                name,
                [_("编号"), _("单位"), _("规则"), _("起算"), _("办结"), _("现行到期"), _("草案到期")],
                _cases(of),
            )
            for name, of in ((_("新增逾期"), found.newly_late), (_("不再逾期"), found.newly_in_time))
        ),
    ]
    return workbook(sheets)


def _changes(found: Comparison) -> list[list[str]]:
    lines = []
    for rule in found.draft.changed:
        was = found.draft.base.rules[rule.id][-1]
        both = [f"{length_in_words(each.length, language())} · {' '.join(each.warn)}" for each in (rule, was)]
        lines.append([_titled(rule), *both])
    return lines


def _cases(of: Collection[Moved]) -> list[list[str]]:
    shown = [_turned(each) for each in of]
    return [
        [
            s["number"],
            s["unit"],
            s["rule"],
            str(e.started_on),
            str(e.ended_on or "—"),
            str(e.before),
            str(e.after),
        ]
        for s, e in zip(shown, of, strict=True)
    ]
