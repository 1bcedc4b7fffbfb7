"""Rules that the congress works on: a change that was tried out and waits for the second process administrator."""

from __future__ import annotations

import datetime as dt

from engine.foundation import clock
from engine.sandbox.adopting import propose
from engine.sandbox.drafts import change_rule, make_draft
from webui.demonstration.province import Province

ACT, ARTICLE = "省人大代表建议办理工作办法（演示）", "第十二条"


def propose_rules(province: Province) -> None:
    """The evaluation is to be given within fifteen working days, from the first of a month to come."""
    actor, today = province.actor("liucheng"), clock.today()
    draft = make_draft(actor, name="测评期限改为十五个工作日")
    change_rule(
        actor,
        draft_id=draft,
        rule_id="evaluation",
        length="15wd",
        warn=["5wd", "1wd"],
        act=ACT,
        article=ARTICLE,
    )
    propose(
        actor,
        draft_id=draft,
        since=today - dt.timedelta(days=365),
        until=today,
        effective_on=(today.replace(day=1) + dt.timedelta(days=62)).replace(day=1),
        reason="主任会议研究同意：缩短测评期限，便于当年办结。",
    )
