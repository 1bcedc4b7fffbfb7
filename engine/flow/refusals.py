"""Why an element of the standard is refused, where there is more to say than that it is not supported."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    # 13.3.3: on activation an abstract task completes; no system ever executes it. Nobody draws a task for that.
    "task": "abstract-task",
    "scriptTask": "script-task",
    # Which of its tasks are done, and how often, is left to people: what would its state be worth as a proof?
    "adHocSubProcess": "ad-hoc",
    # The engine keeps one set of variables for a process: a data set of a task's own would be an illusion.
    "ioSpecification": "data-sets",
    "inputSet": "data-sets",
    "outputSet": "data-sets",
    "dataStore": "data-store",
    "dataStoreReference": "data-store",
}
