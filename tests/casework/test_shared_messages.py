"""A message that begins cases of two kinds: told of beforehand, and not put to use where nothing says which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import capabilities
from engine.definitions import catalogue
from engine.definitions.folder import load
from engine.designing.checking import problems_among
from engine.foundation.actor import system_actor
from engine.operations.versions import MessageTied, activate, shared
from models import db
from tests.casework.test_begetting import answering, calling
from tests.casework.wired import deployed, folder, spoken
from tests.support.cast import Cast, join
from webui.commands.process_checking import problems_of


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def test_a_message_that_begins_two_kinds_is_told_of_and_must_not_leave_open_which(cast: Cast) -> None:
    """What two kinds begin with is warned of; in the same place neither comes first, and it is not put to use."""
    keeper = join(cast, "keeper", "dgw", "process_admin")
    deployed(calling())
    one = folder(answering("one", message="done"), ["calling"])
    two = folder(answering("two", message="done"), ["calling"])
    other = folder(answering("other", message="done"), ["elsewhere"])
    loaded = [load(files) for files in (one, other)]
    first = {**one, "process.toml": "place = 7\n" + one["process.toml"]}
    told = [each for each in problems_among(two, loaded) if each.code.startswith("message-")]
    assert [(each.code, each.severity, each.place) for each in told] == [
        ("message-tied", "error", "begun_by 1")
    ]
    told = [each for each in problems_among(two, [load(first)]) if each.code.startswith("message-")]
    assert [(each.code, each.severity) for each in told] == [("message-shared", "warning")]
    assert "“one”" in told[0].message and told[0].line > 0
    system = system_actor(0)
    catalogue.deploy(system, one, **capabilities.known())
    catalogue.deploy(system, folder(answering("two"), ["calling"]), **capabilities.known())
    version_id, _number = catalogue.add_version("two", two)
    db.session.commit()
    with pytest.raises(MessageTied) as refused:
        activate(keeper, definition_id=version_id, reason="试用")
    assert "“one”" in refused.value.message
    catalogue.deploy(system, first, **capabilities.known())
    assert activate(keeper, definition_id=version_id, reason="试用")
    assert [each.code for each in shared(keeper, catalogue.definition(version_id))] == ["message-shared"]


def test_the_command_looks_at_the_folders_beside(tmp_path: Path) -> None:
    for key in ("one", "two"):
        for path, text in folder(answering(key, message="done"), ["calling"]).items():
            file = tmp_path / key / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    told = [(each.code, each.severity) for each in problems_of(tmp_path / "two")]
    assert ("message-tied", "error") in told
