"""The audit trail as the auditor reads it: chains, persons and faults in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine.auditing.searching import TrailLine
from engine.auditing.titles import Titles
from engine.auditing.verifications import case_in
from engine.foundation import clock
from engine.foundation.audit_verification import Fault, Finding


def chain_words(chain: str, number: str | None) -> str:
    """A chain in words: of a case its number, or where none may be shown its key."""
    case_id = case_in(chain)
    if case_id is None:
        return _("本级人大（案件之外）") if chain.startswith("congress:") else chain
    return number or _("案件（%(key)s）", key=chain)


def who(name: str, by_person: bool) -> str:
    """Who did it; in the reader's language where that was no person."""
    others = {"系统": _("系统"), "未登录者": _("未登录者")}
    return name if by_person else str(others.get(name, name))


def trail_row(line: TrailLine, titles: Titles) -> dict[str, Any]:
    """One event for the table and for the files: every value a text but `event`."""
    name = who(line.who, line.by_person)
    return {
        "event": line,
        "title": titles.of(line.action),
        "who": _("%(name)s（代%(absent)s）", name=name, absent=line.on_behalf_of)
        if line.on_behalf_of
        else name,
        "chain": chain_words(line.chain, line.number),
        "addresses": "、".join(line.addresses),
    }


def trail_table(lines: list[TrailLine], titles: Titles) -> list[list[str | int]]:
    """The events as rows of a file, the first row its head."""
    head = (
        *(_("时间"), _("案件或链"), _("事项"), _("事项代码"), _("操作人"), _("单位"), _("对象"), _("地址")),
        *(_("链"), _("链内序号"), _("记录号"), _("哈希值")),
    )
    rows: list[list[str | int]] = [list(map(str, head))]
    for line in lines:
        row = trail_row(line, titles)
        at = line.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M:%S")
        said = (at, row["chain"], row["title"], line.action, row["who"], line.organization, line.subject)
        rows.append([*said, row["addresses"], line.chain, line.position, line.id, line.hash])
    return rows


def fault_kind(fault: Fault) -> str:
    """What was done, in a word."""
    edited, deleted, inserted = _("被改动"), _("被删除"), _("被插入")
    moved, cut, head, checkpoint = _("顺序被调换"), _("尾部被截去"), _("链尾不符"), _("检查点不符")
    kinds = {
        Fault.EDITED: edited,
        Fault.REWRITTEN: edited,
        Fault.UNLINKED: _("被改写或插入"),
        Fault.MISSING: deleted,
        Fault.CHAIN_REMOVED: deleted,
        Fault.INSERTED: inserted,
        Fault.BEYOND_HEAD: inserted,
        Fault.MISORDERED: moved,
        Fault.TAIL_CUT: cut,
        Fault.HEAD_DIFFERS: head,
        Fault.HEAD_MISSING: head,
        Fault.HISTORY_CHANGED: checkpoint,
        Fault.CHECKPOINT_MISSING: checkpoint,
    }
    return str(kinds[fault])


def finding_row(finding: Finding, numbers: dict[int, str]) -> dict[str, Any]:
    """One finding: where, of what kind, and its sentence."""
    chain = chain_words(finding.chain, numbers.get(case_in(finding.chain) or 0)) if finding.chain else ""
    return {
        "chain": chain or _("检查点%(number)s", number=finding.checkpoint),
        "key": finding.chain,
        "position": finding.position,
        "kind": fault_kind(finding.fault),
        "sentence": str(_(finding.template)).format(**{**finding.values, "chain": chain}),
    }
