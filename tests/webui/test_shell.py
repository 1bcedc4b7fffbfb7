"""The row of ways in at the top of every page, as it stands on a phone."""

from __future__ import annotations

import pytest

from webui.shell import on_a_phone


@pytest.mark.parametrize(
    ("labels", "counted", "beside"),
    [
        ("待办 事项 案件 流程运行 期限规则 承诺", 0, 4),  # the fifth place is that of «更多»
        ("交办台 待办 事项 案件 公开 统计", 2, 4),
        ("日历与期限 单位 用户 代表名册 本级人大", 0, 3),
        ("日历与期限 登录与授权记录 审计记录 核验审计记录", 0, 2),
        ("To-do Kinds-of-work Cases Running-processes Rules", 1, 3),
        ("Desk To-do Kinds-of-work Cases Supervision", 2, 2),
        ("Calendar Organizations Users Deputies Congress", 0, 2),
        ("日历 单位 用户", 0, 3),
        ("A-way-in-whose-name-alone-is-wider-than-any-phone Cases", 0, 1),
    ],
)
def test_as_many_ways_in_as_one_row_of_a_phone_holds(labels: str, counted: int, beside: int) -> None:
    ways = [{"label": label, "count": index < counted} for index, label in enumerate(labels.split())]
    assert on_a_phone(ways) == beside
