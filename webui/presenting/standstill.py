"""Why a case stands still, in a sentence."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.casework.moving.suspension import Standstill
from webui.language import day


def standstill_said(standstill: Standstill | None) -> str:
    """The sentence above a case or a task; empty while the case moves."""
    if standstill is None:
        return ""
    told = {"since": day(standstill.since), "reason": standstill.reason}
    if standstill.whole_version:
        said = _("这一版本流程的案件自%(since)s起暂停流转，理由：%(reason)s。", **told)
    else:
        said = _("本案自%(since)s起暂停流转，理由：%(reason)s。", **told)
    return said + _("恢复以前不能办理下一步；法定期限照常计算，不因暂停而停止。")
