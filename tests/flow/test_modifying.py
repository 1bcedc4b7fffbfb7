"""A process put on another way by hand: what is taken out, what is let go, and what its scopes forbid."""

from __future__ import annotations

import pytest

from engine import flow
from engine.flow import Cancel, Change, Go, Start
from tests.flow.driving import NOW
from tests.flow.test_migrating import admitted, finish, fork, line, looped, nodes


def changed(definition: flow.AdmittedDefinition, step: flow.Step, *changes: Change) -> flow.Step:
    return flow.modify(definition, step.state, changes, {}, NOW)


def moved(definition: flow.AdmittedDefinition, step: flow.Step, key: str, go: Go) -> flow.Step:
    return changed(definition, step, Start(go, key), Cancel(key))


def test_a_token_is_moved_forwards_and_back() -> None:
    definition = admitted(line("a", "b", "c"))
    begun = flow.start(definition, {}, {}, NOW)
    on = moved(definition, begun, begun.open_keys[0], Go("c"))
    assert (nodes(definition, on), on.withdrawn) == (["c"], begun.open_keys)
    back = moved(definition, on, on.open_keys[0], Go("a", after=True))
    assert nodes(definition, back) == ["b"] and finish(definition, back).completed
    over = moved(definition, back, back.open_keys[0], Go("e"))
    assert over.completed and over.end_events == ["e"]


def test_a_branch_is_cancelled_or_begun_beside_the_others() -> None:
    definition = admitted(fork("a", "b"))
    begun = flow.start(definition, {}, {}, NOW)
    one = changed(definition, begun, Cancel(begun.open_keys[0]))
    assert nodes(definition, one) == ["b"] and one.withdrawn == begun.open_keys[:1]
    two = changed(definition, one, Start(Go("a")))
    assert sorted(nodes(definition, two)) == ["a", "b"] and finish(definition, two).completed


def test_inside_a_loop_only_the_instance_that_is_meant_is_changed() -> None:
    definition = admitted(looped("a", "b"))
    begun = flow.start(definition, {"units": [7, 8]}, {}, NOW)
    first, second = begun.open_keys
    step = moved(definition, begun, second, Go("b"))
    units = {t.variables["unit"]: t.node for t in flow.open_tasks(definition, step.state, NOW)}
    assert units == {7: "a", 8: "b"} and first in step.open_keys
    assert finish(definition, step).completed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ((Start(Go("b")),), "several-scopes"),
        ((Start(Go("is")),), "no-start"),
        ((Start(Go("nowhere")),), "no-start"),
        ((Start(Go("ie", after=True)),), "no-start"),
        ((Cancel("0"),), "nothing-left"),  # the only token of its instance
        ((Cancel("instance"),), "instance"),
    ],
)
def test_what_the_scopes_forbid_is_refused_and_changes_nothing(
    changes: tuple[Change, ...], code: str
) -> None:
    definition = admitted(looped("a", "b"))
    begun = flow.start(definition, {"units": [7, 8]}, {}, NOW)
    instance = next(each.key for each in flow.live_tokens(definition, begun.state) if each.is_instance)
    keys = {"0": begun.open_keys[0], "instance": instance}
    told = [Cancel(keys[each.key]) if isinstance(each, Cancel) else each for each in changes]
    with pytest.raises(flow.NotModifiable) as refused:
        changed(definition, begun, *told)
    assert refused.value.code == code


def test_a_part_that_is_not_running_cannot_be_begun_from_its_middle() -> None:
    model = looped("a", "b").node("userTask", "z")
    model.wires[0].target = "z"
    definition = admitted(model.wire("z", "sub"))
    begun = flow.start(definition, {"units": [7]}, {}, NOW)
    with pytest.raises(flow.NotModifiable) as refused:
        changed(definition, begun, Start(Go("b")))
    assert refused.value.code == "no-scope"
    with pytest.raises(flow.UnknownTask):
        changed(definition, begun, Cancel("none-1"))
    with pytest.raises(
        flow.NotModifiable
    ) as refused:  # from inside to outside: the inside is left with nothing
        inside = finish_first(definition, begun)
        changed(definition, inside, Start(Go("z")), Cancel(inside.open_keys[0]))
    assert refused.value.code == "nothing-left"
    whole = finish_first(definition, begun)
    owner = next(each for each in flow.live_tokens(definition, whole.state) if each.node == "sub")
    out = changed(definition, whole, Start(Go("z")), Cancel(owner.key))
    assert nodes(definition, out) == ["z"] and out.withdrawn == whole.open_keys


def finish_first(definition: flow.AdmittedDefinition, step: flow.Step) -> flow.Step:
    return flow.complete(definition, step.state, step.open_keys[0], {}, {}, NOW)
