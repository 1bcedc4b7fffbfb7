"""What the worked examples of a process go through, on its diagram, in figures and as a list."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.definitions.catalogue import PROCESSES
from engine.definitions.coverage import coverage, read_examples
from engine.operations.access import MAY_OPERATE
from engine.operations.versions import version
from webui.presenting.coverage import coverage_shown
from webui.sign_in import current_actor

blueprint = Blueprint("coverage", __name__, url_prefix="/administration/flows/versions")


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("/<int:definition_id>/coverage")
def page(definition_id: int) -> ResponseReturnValue:
    """One version, gone through by the examples that come with the program."""
    found = version(current_actor(), definition_id=definition_id)
    examples = read_examples(PROCESSES / found.folder.key, found.folder)
    shown = coverage_shown(found, coverage(found.folder, examples), examples)
    return render_template("operations/coverage.html", page=shown)
