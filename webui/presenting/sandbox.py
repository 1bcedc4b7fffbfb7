"""Rules and comparisons of rules, as pages and as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.deadlines.lengths import parse_length
from engine.deadlines.rules import Rule, RulePack
from engine.sandbox.replay import Comparison, Moved
from engine.sandbox.versions import Decision
from engine.statistics.workbook import Sheet, workbook
from webui.language import day, english, language, moment
from webui.words.citing import cited
from webui.words.counting import length_in_words, warnings_in_words
from webui.words.standing import rule_standing, source_words, standing_words

Shown = dict[str, Any]
MOST_SHOWN = 200  # of the cases that turn; the workbook has all


def _titled(rule: Rule) -> str:
    return rule.title.en if english() else rule.title.zh


def rule_lines(
    pack: RulePack, on: dt.date, *, beside: RulePack | None = None, only: Collection[str] | None = None
) -> list[Shown]:
    """The rules in force; with `beside`, what each was there."""
    lines = []
    for rule in pack.rules_in_force(on):
        if only is not None and rule.id not in only:
            continue
        line = {
            "number": rule.number,
            "title": _titled(rule),
            "length": length_in_words(rule.length, language()),
            "warn": warnings_in_words(rule.warn, language()),
            "basis": cited(str(rule.legal_basis), language()),
            "source": source_words(rule.source),
            "undecided": rule.to_be_confirmed,
            "standing": rule_standing(rule, pack),
        }
        if beside is not None:
            was = beside.rule(rule.id, on)
            line["was"] = length_in_words(was.length, language())
        lines.append(line)
    return lines


def rule_choices(pack: RulePack, on: dt.date) -> list[dict[str, str]]:
    """The rules to choose from, each with its present length."""
    return [
        {"value": rule.id, "label": f"{rule.number} {_titled(rule)} {rule.length}".strip()}
        for rule in pack.rules_in_force(on)
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
        length = [length_in_words(each.length, language()) for each in (rule, was)]
        warnings = [warnings_in_words(each.warn, language()) for each in (rule, was)]
        lines.append([_titled(rule), *(" · ".join(pair) for pair in zip(length, warnings, strict=True))])
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


def undecided_count(pack: RulePack, on: dt.date) -> int:
    """How many values of the pack no law binding here sets."""
    return sum(len(part) for part in undecided(pack, on).values())


def undecided(pack: RulePack, on: dt.date) -> dict[str, list[Shown]]:
    """What the congress has to decide: periods, ways of working, thresholds, articles of steps, classes of files."""
    return {
        "rules": [line for line in rule_lines(pack, on) if line["undecided"]],
        "practices": [
            {
                "title": each.title.en if english() else each.title.zh,
                "summary": each.summary.en if english() else each.summary.zh,
                "standing": standing_words(each.source, each.comparators, pack.places),
                "set_in": each.set_in,
            }
            for each in pack.practices.values()
            if each.source.to_be_confirmed
        ],
        "performance": [
            {
                "title": each.title.en if english() else each.title.zh,
                "value": each.value,
                "standing": standing_words(each.source, each.comparators, pack.places),
                "basis": cited(each.basis, language()),
            }
            for each in pack.performance.values()
            if each.source.to_be_confirmed
        ],
        "thresholds": [
            {
                "title": each.title.en if english() else each.title.zh,
                "value": each.share or str(each.number),
                "standing": standing_words(each.source, each.comparators, pack.places),
            }
            for each in pack.thresholds.values()
            if each.source.to_be_confirmed
        ],
        "bases": _undecided_bases(pack),
        "retentions": [
            {"title": each.title.en if english() else each.title.zh, "basis": cited(each.basis, language())}
            for each in pack.retention_classes(on).values()
            if each.source.to_be_confirmed
        ],
    }


def _undecided_bases(pack: RulePack) -> list[Shown]:
    return [
        {
            "title": each.title.en if english() else each.title.zh,
            "summary": each.summary.en if english() else each.summary.zh,
            "standing": standing_words(each.source, each.comparators, pack.places),
        }
        for each in pack.bases.values()
        if each.source.to_be_confirmed
    ]


def state_words() -> dict[str, str]:
    """How a proposal may stand."""
    return {
        "proposed": _("待确认"),
        "confirmed": _("已确认"),
        "refused": _("不同意"),
        "withdrawn": _("已撤回"),
    }


def decision_line(each: Decision) -> Shown:
    """A proposal in a list."""
    return {
        "href": url_for("rule_versions.page", decision_id=each.id),
        "name": each.name,
        "state": _("现行") if each.holds else state_words()[each.state],
        "holds": each.holds,
        "waits": each.state == "proposed",
        "effective_on": each.effective_on,
        "version": each.version,
        "proposed_by": each.proposed_by,
        "decided_by": each.decided_by,
    }


def decision_shown(each: Decision) -> Shown:
    """The page of a proposal."""
    found = each.replayed
    facts = [
        (_("状态"), state_words()[each.state]),
        (_("生效日期"), day(each.effective_on)),
        (_("理由"), each.reason),
        (_("提请"), f"{each.proposed_by} · {moment(each.proposed_at)}"),
        (_("决定"), f"{each.decided_by} · {moment(each.decided_at)}" if each.decided_at else ""),
        (_("不同意的理由"), each.answer),
        (_("版本"), each.version),
        (_("内容校验值"), each.content_hash),
    ]
    replayed = [
        (
            _("试算的起算日"),
            " — ".join(day(dt.date.fromisoformat(found[name])) for name in ("since", "until")),
        ),
        (_("试算的期限"), found["periods"]),
        (_("到期日有变动"), found["moved"]),
        (_("现行规则下逾期"), found["late_before"]),
        (_("草案下逾期"), found["late_after"]),
    ]
    return {
        "id": each.id,
        "name": each.name,
        "draft_href": url_for("sandbox.page", draft_id=each.draft_id),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "replayed": [{"label": label, "value": value} for label, value in replayed],
        "may_decide": each.may_decide,
        "may_withdraw": each.may_withdraw,
        "waits": each.state == "proposed",
        "differences": [
            {
                "title": one.title.en if english() else one.title.zh,
                "before": _change(one.before),
                "after": _change(one.after),
            }
            for one in each.differences
        ],
    }


def _change(change: Mapping[str, Any]) -> Shown:
    basis = change["basis"]
    return {
        "length": length_in_words(parse_length(change["length"]), language()),
        "warn": warnings_in_words(change["warn"], language()),
        "basis": basis["text"] + basis["article"],
    }
