"""Where a task is done: most on the page of the task, some on pages of their own."""

from __future__ import annotations

from typing import Any

from flask import url_for

# act → (endpoint, what it is addressed by)
OWN_PAGES = {"submit_text": ("drafting.write", "case_id"), "evaluate": ("evaluating.page", "task_id")}


def task_address(act: str, *, task_id: int, case_id: int) -> str:
    """The page on which a task of this act is done."""
    if act not in OWN_PAGES:
        return url_for("tasks.page", task_id=task_id)
    endpoint, by = OWN_PAGES[act]
    values: dict[str, Any] = {by: case_id if by == "case_id" else task_id}
    return url_for(endpoint, **values)
