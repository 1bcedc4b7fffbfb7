"""docs/conformance.md says what the engine does, and each thing that is run names a test that is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine.flow.vocabulary import EVENTS, FLOW_NODES
from tests.flow.conformance import KINDS, PAGE, PLACES, STANDARD, admitted, page, refusals, things
from tests.flow.test_steps import Case, row, user


def test_the_page_is_what_the_engine_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.flow.conformance"


@pytest.mark.parametrize("place", PLACES)
def test_no_event_is_run_that_the_standard_does_not_have(place: str) -> None:
    assert [kind for kind in KINDS if kind not in STANDARD[place] and not admitted(place, kind)] == []


def test_every_proof_is_a_test() -> None:
    missing = [proof for thing in things() for proof in thing.proofs if not _exists(proof)]
    assert missing == []
    assert [thing.name for thing in things() if thing.proofs and refusals(thing.drawing)] == []
    unproved = [thing.name for thing in things() if not thing.proofs and not refusals(thing.drawing)]
    assert unproved == [], "name the tests that prove them in tests/flow/conformance.py"


def test_every_kind_of_node_is_on_the_page() -> None:
    drawn = b"".join(thing.drawing for thing in things()).decode()
    assert {kind for kind in FLOW_NODES - EVENTS if f"<bpmn:{kind} " not in drawn} == set()


def test_a_manual_task_waits_for_a_person() -> None:
    case = Case(row(("manualTask", "n", {}), user("u")))
    assert case.open() == ["n"]
    assert case.do("n", seen=True).variables == {"seen": True}
    assert case.open() == ["u"]


def test_a_pool_around_the_process_changes_nothing() -> None:
    (pool,) = [thing.drawing for thing in things() if thing.name == "pool around the process"]
    case = Case(pool)
    assert case.open() == ["u"]
    assert case.do("u").completed


def _exists(proof: str) -> bool:
    module, _, name = proof.partition("::")
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    return name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
