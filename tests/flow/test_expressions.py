"""The language of conditions: what it says, and that nothing else is ever run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from engine import flow
from engine.flow.expressions import ExpressionError, parse
from tests.flow.drawing import DEFAULT, Model, as_bpmn

MEANINGS = [
    ("1 + 2 * 3 == 7", {}, True),
    ("-amount < 0 <= amount", {"amount": 5}, True),
    ('decision == "退回"', {"decision": "退回"}, True),
    ("满意 and not 重办", {"满意": True, "重办": False}, True),
    ('grade in ["A", "B"]', {"grade": "B"}, True),
    ('grade not in ("A", "B")', {"grade": "C"}, True),
    ("unit in units", {"unit": 3, "units": [1, 2, 3]}, True),
    ("len(units) > 1", {"units": [1]}, False),
    ("max(1, n) == 4 and min([3, n]) == 3", {"n": 4}, True),
    ("sum(parts) - abs(-2) == 4", {"parts": [1, 2, 3]}, True),
    ("accepted == true and note != null", {"accepted": True, "note": ""}, True),
    ("False or accepted", {"accepted": True}, True),
    ("a == b", {"a": "1", "b": 1}, False),
]

HOSTILE = [
    "__import__('os').system('touch duban_executed')",
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__.__mro__[1].__subclasses__()[132]('id')",
    "(lambda: __import__('os').popen('id'))()",
    "[x for x in ().__class__.__base__.__subclasses__()]",
    "{x for x in [1]}",
    "{x: x for x in [1]}",
    "(x for x in [1])",
    "open('/etc/passwd').read()",
    "exec('import os')",
    "eval('1+1')",
    "compile('1', '', 'eval')",
    "globals()",
    "locals()['x']",
    "vars()",
    "dir()",
    "getattr(a, '__class__')",
    "setattr(a, 'b', 1)",
    "delattr(a, 'b')",
    "type(a)",
    "type('X', (), {})",
    "object()",
    "super()",
    "print(1)",
    "input()",
    "breakpoint()",
    "help()",
    "exit()",
    "quit()",
    "memoryview(b'a')",
    "a.b",
    "a.__dict__",
    "a.format(1)",
    "'{0.__class__}'.format(a)",
    "f'{a}'",
    "f'{a.__class__}'",
    "'%s' % a",
    "a[0]",
    "a['__class__']",
    "a[1:2]",
    "9 ** 9 ** 9",
    "2 ** 100000",
    "1 << 1000000",
    "'a' * 1000000000",
    "[0] * 1000000000",
    "10 / 3",
    "10 // 3",
    "10 % 3",
    "a @ b",
    "~1",
    "1 | 2",
    "1 & 2",
    "1 ^ 2",
    "(a := 1)",
    "lambda: 1",
    "a if b else c",
    "await a",
    "yield a",
    "*a",
    "len(*a)",
    "len(a, **b)",
    "len(obj=a)",
    "len.__call__(a)",
    "(len)(a).real",
    "max(a, key=len)",
    "import os",
    "a = 1",
    "a; b",
    "del a",
    "a\nb",
    "a\\\n.b",
    "'\\x5f\\x5fimport\\x5f\\x5f'",
    "b'bytes'",
    "1j",
    "...",
    "1e999",
    "9" * 30,
    "__builtins__",
    "_private",
    "ｇｅｔａｔｔｒ(a, 'b')",
    "a is b",
    "a is not None",
    "not " * 120 + "a",
    "(" * 90 + "a" + ")" * 90 + ".x",
    "[" * 40 + "]" * 40,
    "a or " * 90 + "a",
    "a" * 501,
    "",
    "   ",
    "\x00",
    "a\x00b",
    "${a}",
    "#{a}",
    "{{ a }}",
    "= a",
    "os.popen('touch duban_executed')",
]


@pytest.mark.parametrize(("text", "variables", "value"), MEANINGS, ids=[text for text, _, _ in MEANINGS])
def test_conditions_mean_what_they_say(text: str, variables: dict, value: bool) -> None:
    assert parse(text).holds(variables) is value


WATCHED = ("os.system", "os.posix_spawn", "subprocess.Popen", "open", "import", "compile", "exec")
_seen: list[str] = []
_watching: list[bool] = []


def _note(event: str, arguments: tuple) -> None:
    if _watching and event in WATCHED:
        _seen.append(f"{event} {arguments!r}"[:200])


@pytest.fixture(scope="module", autouse=True)
def one_hook() -> None:
    sys.addaudithook(_note)  # it cannot be taken away again, so there is one for all tests


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """Any process, file, import or compilation to code that an expression would cause."""
    parse("a")  # whatever is imported on first use is not the hostile text's doing
    _seen.clear()
    _watching.append(True)
    yield _seen
    _watching.clear()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_outside_the_language_is_run(text: str, watched: list[str]) -> None:
    with pytest.raises(ExpressionError):
        parse(text).holds({"a": [1], "b": {"x": 1}, "c": True, "x": 1})
    # ast.parse announces itself as a compilation of the text; that it stops at the tree is what is tested here.
    assert [event for event in watched if not event.startswith("compile (")] == []
    assert not os.path.exists("duban_executed")


def test_there_are_at_least_sixty_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("text", HOSTILE[:12])
def test_a_definition_with_a_hostile_condition_is_refused(text: str) -> None:
    model = (
        Model()
        .node("startEvent", "s")
        .node("exclusiveGateway", "x")
        .node("endEvent", "e")
        .node("endEvent", "f")
    )
    model.wire("s", "x", "e").wire("x", "f", condition=DEFAULT)
    model.wires[1].condition = text
    with pytest.raises(flow.DefinitionRefused) as refusal:
        flow.admit(as_bpmn(model), file="hostile.bpmn")
    assert [problem.code for problem in refusal.value.problems] == ["bad-expression"]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("a < b", {"a": 1, "b": "2"}),
        ("a + b == 3", {"a": "1", "b": 2}),
        ("a", {"a": 1}),
        ("a", {"a": None}),
        ("not a", {"a": []}),
        ("missing", {}),
        ("a in b", {"a": "x", "b": "xyz"}),
        ("len(a) == 1", {"a": 5}),
        ("max([]) == 1", {}),
        ("len() == 1", {}),
        ("a * a == 1", {"a": 10**17}),
    ],
)
def test_what_cannot_be_computed_is_an_error_and_not_a_guess(text: str, variables: dict) -> None:
    with pytest.raises(ExpressionError):
        parse(text).holds(variables)


def test_names_are_known_at_deployment() -> None:
    assert parse("满意 and len(units) > 1 or true").names == {"满意", "units"}
