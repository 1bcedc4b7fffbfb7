"""The notification matrix of a suggestion: every cell is what the notices of the folder say."""

from __future__ import annotations

import pytest

from tests.notifications import matrix

REGISTRARS, OFFICER, HEAD = "units.registrar", "unit.case_officer", "unit.head"
ASSIGNER, SUPERVISOR = "congress.assigner", "congress.supervisor"
INTAKE, REVIEWER = "congress.intake_officer", "congress.intake_reviewer"
ROUTER, CO_UNITS, DEPUTY, COSIGNERS = (
    "government_office.government_router",
    "co_units.registrar",
    "lead_deputy",
    "cosigners",
)
CLOSING_IN = "urgent ≤3d / normal ≤7d"

LEAD_UNIT = "lead_unit.registrar"
UNIT = "unit.registrar"
DECIDED = {DEPUTY: "normal", UNIT: "normal", HEAD: "normal", ASSIGNER: "normal", ROUTER: "normal"}

# One row for each event of the matrix; what stands here is the least that must be so.
MATRIX = {
    "case:accepted": {DEPUTY: "normal", COSIGNERS: "normal"},
    "case:declined": {DEPUTY: "normal", COSIGNERS: "normal"},
    "case:assigned": {DEPUTY: "normal", COSIGNERS: "normal", REGISTRARS: "normal", ROUTER: "normal"},
    "assignment:reassigned": {
        DEPUTY: "normal",
        UNIT: "normal",
        LEAD_UNIT: "normal",
        CO_UNITS: "normal",
        ASSIGNER: "normal",
        ROUTER: "normal",
    },
    "return:requested": {UNIT: "normal", ASSIGNER: "normal", ROUTER: "normal"},
    "return:agreed": {**DECIDED, CO_UNITS: "normal"},
    "return:refused": DECIDED,
    "return:arbitrated": {**DECIDED, CO_UNITS: "normal"},
    "clock.sign_for:warned": {"unit.registrar": "normal", ROUTER: "normal"},
    "clock.sign_for:overdue": {
        "unit.registrar": "urgent",
        HEAD: "urgent",
        ASSIGNER: "urgent",
        ROUTER: "urgent",
    },
    "clock.answer:warned": {
        OFFICER: f"{CLOSING_IN} / normal",
        HEAD: CLOSING_IN,
        ASSIGNER: "minor",
        ROUTER: "minor",
    },
    "clock.redo:warned": {
        OFFICER: f"{CLOSING_IN} / normal",
        HEAD: CLOSING_IN,
        ASSIGNER: "minor",
        ROUTER: "minor",
    },
    "clock.co_opinion:warned": {OFFICER: f"{CLOSING_IN} / normal", HEAD: CLOSING_IN},
    "clock.answer:overdue": {
        DEPUTY: "normal once",
        OFFICER: "urgent",
        HEAD: "urgent",
        CO_UNITS: "urgent",
        ASSIGNER: "urgent",
        SUPERVISOR: "urgent",
        ROUTER: "urgent",
        "watchers": "urgent",
    },
    "clock.redo:overdue": {DEPUTY: "normal once", HEAD: "urgent", CO_UNITS: "urgent", ASSIGNER: "urgent"},
    "clock.co_opinion:overdue": {OFFICER: "urgent", HEAD: "urgent", ASSIGNER: "urgent"},
    "reply:signed": {
        DEPUTY: "normal",
        COSIGNERS: "normal",
        CO_UNITS: "normal",
        ASSIGNER: "normal",
        ROUTER: "normal",
    },
    "clock.evaluation:warned": {DEPUTY: "normal", ASSIGNER: "minor"},
    "clock.publication:warned": {
        INTAKE: "urgent ≤3d / normal",
        REVIEWER: "urgent ≤3d / normal",
        ASSIGNER: "urgent ≤3d",
    },
    "clock.publication:overdue": {
        INTAKE: "urgent",
        REVIEWER: "urgent",
        ASSIGNER: "urgent",
        SUPERVISOR: "urgent",
    },
    "evaluation:dissatisfied": {HEAD: "normal", CO_UNITS: "normal", ASSIGNER: "normal", ROUTER: "normal"},
    "extension:agreed": {DEPUTY: "normal", HEAD: "normal", CO_UNITS: "normal", ROUTER: "normal"},
    "extension:refused": {DEPUTY: "normal", HEAD: "normal", CO_UNITS: "normal", ROUTER: "normal"},
    "commitment:due": {OFFICER: "normal", HEAD: "normal", SUPERVISOR: "normal", ROUTER: "normal"},
    "commitment:lapsed": {
        DEPUTY: "urgent",
        OFFICER: "urgent",
        HEAD: "urgent",
        ASSIGNER: "urgent",
        ROUTER: "urgent",
    },
    "redo:ordered": {
        DEPUTY: "normal",
        HEAD: "normal",
        CO_UNITS: "normal",
        ASSIGNER: "normal",
        ROUTER: "normal",
    },
}


@pytest.mark.parametrize("happening", MATRIX)
def test_each_cell_of_the_matrix_is_told_as_it_says(happening: str) -> None:
    found = matrix.cells(happening, matrix.notices())
    assert matrix.holds(MATRIX[happening], found) == {}


def test_an_overdue_reply_is_told_to_a_deputy_in_words_of_his_own() -> None:
    for key in ("answer", "redo"):
        texts = {
            word: notice.name for notice in matrix.notices().on(f"clock.{key}:overdue") for word in notice.to
        }
        assert texts[DEPUTY] == "answer_overdue_deputy"
        assert texts[HEAD] == "answer_overdue"


def test_the_table_of_the_documentation_is_what_the_notices_say() -> None:
    page = matrix.PAGE.read_text("utf-8")
    fresh = matrix.written(page, matrix.table())
    assert page == fresh, "run `python -m tests.notifications.matrix`"


@pytest.mark.parametrize(
    ("happening", "way"),
    [
        ("case:assigned", "normal"),
        ("assignment:reassigned", "normal"),
        ("clock.answer:warned", "normal"),
        ("clock.redo:warned", "normal"),
        ("clock.answer:overdue", "urgent"),
        ("clock.redo:overdue", "urgent"),
        ("extension:agreed", "normal"),
        ("extension:refused", "normal"),
        ("reply:signed", "normal"),
        ("evaluation:dissatisfied", "normal"),
        ("redo:ordered", "normal"),
        ("commitment:due", "normal"),
        ("commitment:lapsed", "urgent"),
        ("key:designated", "normal"),
    ],
)
def test_the_committee_over_a_key_case_is_told(happening: str, way: str) -> None:
    assert matrix.cells(happening, matrix.notices())["key_committee.supervisor"] == way
