"""Decisions: hit policies, requirements, types, and that tables decide as an independent reading of DMN does."""

from __future__ import annotations

import os
from datetime import date
from random import Random
from typing import Any

import pytest

from engine.flow.decisions import DecisionFailed, admit_decisions
from engine.flow.decisions import errors as failures
from engine.flow.decisions.vocabulary import VERSIONS
from tests.flow.dmn import Column, DrawnDecision, DrawnTable, admitted, as_dmn, table
from tests.flow.reference_decisions import FAILED, random_table, random_value

CAMPAIGN = bool(os.environ.get("DUBAN_CAMPAIGN"))
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1_800)] if CAMPAIGN else []
TABLES = 4_000 if CAMPAIGN else 250


def decide(logic: DrawnTable | str, type: str = "", **variables: Any) -> Any:
    return admitted(DrawnDecision("d", logic, type=type)).decide("d", variables)


RULES = ("< 3 => 3", "< 5 => 1", "< 9 => 2", "[1..2] => 3")


def policy(name: str, aggregation: str = "", listed: str = "1, 2, 3") -> DrawnTable:
    made = table(["n:number"], ["out:number"], *RULES, policy=name, aggregation=aggregation)
    made.outputs[0].values = listed
    return made


POLICIES: list[tuple[str, str, dict[int, Any]]] = [
    ("FIRST", "", {1: 3, 4: 1, 8: 2, 9: None}),
    ("PRIORITY", "", {1: 1, 4: 1, 8: 2, 9: None}),
    ("RULE ORDER", "", {1: [3, 1, 2, 3], 4: [1, 2], 9: []}),
    ("OUTPUT ORDER", "", {1: [1, 2, 3, 3], 4: [1, 2], 9: []}),
    ("COLLECT", "", {1: [3, 1, 2, 3], 9: []}),
    ("COLLECT", "SUM", {1: 9, 8: 2, 9: None}),
    ("COLLECT", "MIN", {1: 1, 9: None}),
    ("COLLECT", "MAX", {1: 3, 4: 2, 9: None}),
    ("COLLECT", "COUNT", {1: 4, 9: 0}),
    ("UNIQUE", "", {8: 2, 9: None}),
    ("ANY", "", {8: 2, 9: None}),
]


@pytest.mark.parametrize(("name", "aggregation", "expected"), POLICIES)
def test_each_hit_policy(name: str, aggregation: str, expected: dict[int, Any]) -> None:
    for number, result in expected.items():
        assert decide(policy(name, aggregation), n=number) == result


def test_unique_names_the_rules_that_collide() -> None:
    with pytest.raises(failures.SeveralHits, match="2、3"):
        decide(policy("UNIQUE"), n=4)


def test_any_takes_equal_outputs_and_refuses_unlike_ones() -> None:
    same = table(
        ["n:number"], ["a", "b"], '> 1 => 1 | "x"', '> 2 => 1.0 | "x"', '> 9 => 2 | "x"', policy="ANY"
    )
    assert decide(same, n=5) == {"a": 1, "b": "x"}
    with pytest.raises(failures.UnlikeOutputs, match="1、2、3"):
        decide(same, n=10)


def test_several_outputs_are_ordered_from_left_to_right() -> None:
    made = table(
        ["n:number"], ["a:string", "b:string", "c:number"],
        '- => "二" | "x" | 1', '- => "一" | "y" | 2', '- => "一" | "x" | 3', '- => "一" | "x" | 4',
        policy="OUTPUT ORDER",
    )  # fmt: skip
    made.outputs[0].values, made.outputs[1].values = '"一", "二"', '"x", "y"'
    assert [each["c"] for each in decide(made, n=0)] == [3, 4, 2, 1]
    made.policy = "PRIORITY"
    assert decide(made, n=0) == {"a": "一", "b": "x", "c": 3}


def test_a_default_stands_in_where_no_rule_applies() -> None:
    made = table(["n:number"], ["a:string", "b"], '> 5 => "x" | 1')
    made.outputs[0].default = '"没有"'
    assert decide(made, n=6) == {"a": "x", "b": 1}
    assert decide(made, n=5) == {"a": "没有", "b": None}


def test_an_output_that_is_computed_must_be_among_those_listed() -> None:
    made = table(["n:number"], ["out:number"], "- => n + 1", policy="PRIORITY")
    made.outputs[0].values = "1, 2, [5..9]"
    assert decide(made, n=1) == 2
    assert decide(made, n=6) == 7
    with pytest.raises(failures.OutputNotListed, match="4"):
        decide(made, n=3)


def test_input_values_bound_what_is_asked() -> None:
    made = table(["级别:string"], ["out:number"], "- => 1")
    made.inputs[0].values = '"A", "B"'
    assert decide(made, 级别="A") == 1
    with pytest.raises(failures.InputNotAllowed, match="C"):
        decide(made, 级别="C")


# Inputs and outputs ----------------------------------------------------------------------------

TYPED: list[tuple[str, str, Any]] = [
    ("number", ">= 2", 2.5),
    ("integer", "3", 3),
    ("feel:number", "3", 3),
    ("string", '"督办"', "督办"),
    ("boolean", "true", True),
    ("date", '< date("2026-03-02")', "2026-03-01"),
    ("dateTime", '< date and time("2026-03-01T09:00:00+08:00")', "2026-03-01T00:00:00Z"),
    ("time", '< time("09:00:00")', "08:30:00"),
    ("dayTimeDuration", '>= duration("P7D")', "P1DT200H"),
    ("years and months duration", '@"P1Y"', "P12M"),
    ("Any", "[1, 2]", 2),
]


@pytest.mark.parametrize(("type", "cell", "given"), TYPED)
def test_text_of_the_process_is_read_by_its_type(type: str, cell: str, given: Any) -> None:
    made = DrawnTable([Column("值", type)], [Column("out")], [([cell], ["1"])])
    assert decide(made, 值=given) == 1
    assert decide(made, 值=None) is None


@pytest.mark.parametrize(
    ("type", "given"),
    [
        ("number", "3"), ("number", True), ("number", 10**40 + 1), ("string", 3), ("boolean", 0), ("boolean", "true"),
        ("date", "2026-02-30"), ("date", "1.3.2026"), ("date", "2026-03-01T00:00:00"), ("date", 20260301),
        ("time", "25:00:00"), ("dayTimeDuration", "P1M"), ("yearMonthDuration", "P1D"), ("number", [1]),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_no_guess(type: str, given: Any) -> None:
    with pytest.raises(failures.InputOfOtherKind, match="值"):
        decide(DrawnTable([Column("值", type)], [Column("out")], [(["-"], ["1"])]), 值=given)


def test_a_variable_that_nobody_has_set_is_missed() -> None:
    with pytest.raises(failures.InputMissing, match="n"):
        decide(policy("FIRST"))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 / 4", 0.25), ("4 / 2", 2), ("2 ** 80", 2**80), ("1 / 0", None), ('date("2026-03-01")', "2026-03-01"),
        ('@"P14M"', "P1Y2M"), ('@"PT36H"', "P1DT12H"), ('-@"PT90S"', "-PT1M30S"), ('@"P0D"', "PT0S"),
        ('@"08:00:00"', "08:00:00"), ("[1, [true, null]]", [1, [True, None]]), ('@"PT0.5S"', "PT0.5S"),
        ('@"P0M"', "P0M"), ('@"2026-03-01T08:00:00+08:00"', "2026-03-01T08:00:00+08:00"),
    ],
)  # fmt: skip
def test_results_are_what_a_process_can_keep(text: str, result: Any) -> None:
    assert repr(decide(text)) == repr(result)


def test_a_number_that_no_process_can_keep_is_no_result() -> None:
    with pytest.raises(DecisionFailed, match="数太大"):
        decide("99999 ** 100")


def test_a_range_is_no_result() -> None:
    with pytest.raises(DecisionFailed, match="区间"):
        decide("[1..2]")


def test_a_result_of_another_type_than_declared_fails() -> None:
    with pytest.raises(failures.OutputOfOtherKind):
        decide(table(["n"], ["out:number"], "- => n"), n="text")
    with pytest.raises(failures.OutputOfOtherKind):
        admitted(DrawnDecision("d", "n", ["i"], type="number"), inputs={"i": "n"}).decide("d", {"n": "text"})


# Requirements ----------------------------------------------------------------------------------


def graph() -> list[DrawnDecision]:
    days = table(["本月 天数:number"], ["等级:string"], '< 3 => "快"', '>= 3 => "慢"')
    points = table(["办理 速度", "态度:string"], ["分:number", "话:string"],
                   '"快" | - => 5 | "好"', '"慢" | "满意" => 3 | "可"', '"慢" | not("满意") => 1 | "差"')  # fmt: skip
    total = '评分.分 * 2 + if 办理 速度 = "快" then 1 else 0'
    return [
        DrawnDecision("total", total, ["points", "speed"], "总分", "number"),
        DrawnDecision("points", points, ["speed", "i2"], "评分"),
        DrawnDecision("speed", days, ["i1"], "办理 速度", "string"),
    ]


INPUTS = {"i1": "本月 天数:number", "i2": "态度:string", "i3": "unused"}


def test_decisions_read_what_they_require() -> None:
    made = admitted(*graph(), inputs=INPUTS)
    assert made.decisions["total"].order == ("speed", "points", "total")
    assert made.decisions["total"].reads == {"本月 天数", "态度"}
    assert made.decide("total", {"本月 天数": 1, "态度": "-"}) == 11
    assert made.decide("points", {"本月 天数": 4, "态度": "不满意"}) == {"分": 1, "话": "差"}
    assert made.decide("speed", {"本月 天数": 4}) == "慢"


def test_all_versions_of_the_standard_decide_alike() -> None:
    made = [admitted(*graph(), inputs=INPUTS, version=version) for version in range(len(VERSIONS))]
    assert {each.decide("total", {"本月 天数": 9, "态度": "满意"}) for each in made} == {6}
    assert len({each.hash for each in made}) == 3
    assert made[0].hash == admitted(*graph(), inputs=INPUTS, version=0).hash


def test_types_of_an_authors_own() -> None:
    own = '<itemDefinition name="级别"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>'
    own += '</itemDefinition><itemDefinition name="天" isCollection="true"><typeRef>date</typeRef></itemDefinition>'
    decision = DrawnDecision("d", 'if l = "A" then max(days) else null', ["i1", "i2"])
    xml = as_dmn(decision, inputs={"i1": "l:级别", "i2": "days:天"}, more=own)
    made = admit_decisions({"x.dmn": xml})
    assert made.decide("d", {"l": "A", "days": ["2026-01-02", "2026-01-01"]}) == "2026-01-02"
    with pytest.raises(failures.InputNotAllowed):
        made.decide("d", {"l": "C", "days": []})
    with pytest.raises(failures.InputOfOtherKind, match="list of date"):
        made.decide("d", {"l": "A", "days": "2026-01-01"})


def test_a_decision_is_bounded_in_work() -> None:
    cell = f"sum(concatenate({', '.join(['l'] * 30)})) > 0"
    made = DrawnTable([Column("n", "number")], [Column("out")], [([cell], ["1"])] * 900, "COLLECT")
    decision = admitted(DrawnDecision("d", made, ["i"]), inputs={"i": "l"})
    assert len(decision.decide("d", {"n": 1, "l": [1]})) == 900
    with pytest.raises(DecisionFailed, match="计算量"):
        decision.decide("d", {"n": 1, "l": [1] * 16})


# Agreement -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(4))
def test_random_tables_decide_as_the_standard_says(part: int) -> None:
    seen = set()
    for seed in range(part * TABLES // 4, (part + 1) * TABLES // 4):
        random = Random(seed)
        drawn = random_table(random)
        made = admitted(drawn.drawn())
        for _ in range(12):
            values = [None if random.random() < 0.1 else random_value(random, type) for type in drawn.types]
            variables = {f"in{n}": v.isoformat() if isinstance(v, date) else v for n, v in enumerate(values)}
            expected = drawn.result(values)
            try:
                result = made.decide("d", variables)
            except (failures.SeveralHits, failures.UnlikeOutputs):
                result = FAILED
            assert result == expected, (seed, values)
            seen.add((drawn.policy, drawn.aggregation, repr(result)))
    assert len(seen) > 40
