"""Whether the files of a folder agree with one another and with the program around them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from engine.definitions.archive_rules import check_archive
from engine.definitions.begun_by import check_begun_by
from engine.definitions.citing import articles_cited
from engine.definitions.further_steps import UNKNOWN_BASIS, check_basis_of
from engine.definitions.particulars import check_particulars
from engine.definitions.problems import Faults, rule
from engine.definitions.promises import check_promises
from engine.definitions.public_intake import check_public_intake
from engine.definitions.reading import unique
from engine.definitions.statistics_checks import check_statistics
from engine.definitions.yearly_figures import check_yearly_figures
from engine.flow.vocabulary import MANUAL
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import ActionSpec, Folder, TaskSpec
    from engine.definitions.folder_reading import Known

NO_FORM = rule("no-form-file", _("没有表单文件forms/{name}.json。"))
NO_ACT = rule("no-such-act", _("没有名为“{name}”的办理动作。"))
NO_CLOCK = rule("no-such-clock", _("deadlines.toml中没有期限“{name}”。"))
NO_HAPPENING = rule("no-such-happening", _("没有“{name}”这种事件。"))
NO_BASIS = rule("no-basis", _("没有写明依据“basis”。"))
NO_STAGE = rule("no-such-stage", _("没有阶段“{name}”。"))
NO_RULE = rule("no-such-rule", _("规则包中没有期限规则“{name}”。"))
NO_STEP = rule("no-such-step", _("流程图中没有用户任务“{name}”。"))
GROUP = "group"  # among readers: whoever belongs to the group at work on the case
UNKNOWN_ROLE = rule("no-such-role", _("没有角色“{name}”。"))


def check_together(folder: Folder, known: Known, faults: Faults) -> None:
    """Add a fault for everything that one part of the folder says and another does not bear out."""
    process, deadlines = faults.within("process.toml"), faults.within("deadlines.toml")
    _check_names(folder, process, deadlines)
    _check_diagram(folder, process)
    for task in folder.tasks.values():
        _check_task(folder, task, known, process)
    for action in folder.actions.values():
        _check_action(folder, action, known, process)
    _check_opening(folder, known, process)
    _check_columns(folder, process)
    _check_bulk(folder, process)
    _check_clocks(folder, known, deadlines)
    _check_effects(folder, known, process)
    check_begun_by(folder, process)
    check_promises(folder, known, process)
    check_archive(folder, known, process)
    check_particulars(folder, known, process)
    check_basis_of(folder, known, process)
    check_public_intake(folder, known, process)
    check_yearly_figures(folder, known, process)
    check_statistics(folder, known, faults)


def _check_names(folder: Folder, process: Faults, deadlines: Faults) -> None:
    unique([stage.key for stage in folder.stages], "stage", process)
    unique([field.name for field in folder.register], "register", process)
    unique([column.into for column in folder.columns], "column", process)
    unique([column.title.zh for column in folder.columns], "column", process)
    unique([clock.key for clock in folder.clocks], "clock", deadlines)
    if not folder.stages:
        process.add("stage", _("没有列出阶段。"))


def _check_diagram(folder: Folder, faults: Faults) -> None:
    flow: Any = folder.flow
    if flow is None:  # refused, and told so
        return
    if flow.key != folder.key:
        faults.add("key", _("流程图中流程的id是“{drawn}”，此处是“{name}”。"), drawn=flow.key, name=folder.key)
    drawn = {node.id for node in flow.nodes.values() if node.kind in MANUAL}
    for node in sorted(drawn - folder.tasks.keys()):
        faults.add(f"task.{node}", _("流程图中有用户任务“{name}”，此处没有说明。"), name=node)
    for node in sorted(folder.tasks.keys() - drawn):
        faults.add(f"task.{node}", NO_STEP, name=node)


def _check_confirmation(folder: Folder, task: TaskSpec, faults: Faults) -> None:
    for name in task.confirm_when.fields if task.form and task.confirm_when else ():
        if name not in folder.forms[task.form]:
            faults.add(f"task.{task.node}.confirm_when", _("没有另一栏“{name}”。"), name=name)


def _check_files(folder: Folder, task: TaskSpec, faults: Faults) -> None:
    """A step that is asked about once more cannot take files: they would not come along with the second answer."""
    for field in folder.forms[task.form].fields if task.form and task.confirm else ():
        if field.type == "files":
            faults.add(
                f"task.{task.node}",
                _("“{name}”是附件栏，不能用在办理时还要再问一遍（confirm）的步骤中。"),
                name=field.name,
            )


def _check_task(folder: Folder, task: TaskSpec, known: Known, faults: Faults) -> None:
    place = f"task.{task.node}"
    if task.form and task.form not in folder.forms:
        faults.add(place, NO_FORM, name=task.form)
    else:
        _check_confirmation(folder, task, faults)
        _check_files(folder, task, faults)
    if task.stage and task.stage not in {stage.key for stage in folder.stages}:
        faults.add(place, NO_STAGE, name=task.stage)
    for clock in task.clocks:
        if clock not in {each.key for each in folder.clocks}:
            faults.add(place, NO_CLOCK, name=clock)
    _check_basis(folder, task, place, known, faults)
    if _stranger(task.act, known.acts):
        faults.add(place, NO_ACT, name=task.act)
    if _stranger(task.role, known.roles):
        faults.add(place, UNKNOWN_ROLE, name=task.role)
    _check_readers(task, place, known, faults)


def _check_action(folder: Folder, action: ActionSpec, known: Known, faults: Faults) -> None:
    place = f"action.{action.key}"
    _check_parts(folder, action, place, faults)
    _check_basis(folder, action, place, known, faults, of_step=action.basis_of_step)
    if action.basis_of_step and action.of != "assignment":
        faults.add(place, _("“basis_of_step”只用于单位的办理（of = assignment）。"))
    if _stranger(action.act, known.acts):
        faults.add(place, NO_ACT, name=action.act)
    if action.happening not in folder.happenings and _stranger(action.happening, known.happenings):
        faults.add(place, NO_HAPPENING, name=action.happening)
    for role in (*action.roles, *action.seen_by):
        if _stranger(role, known.roles):
            faults.add(place, UNKNOWN_ROLE, name=role)
    _check_readers(action, place, known, faults)


def _check_readers(spec: TaskSpec | ActionSpec, place: str, known: Known, faults: Faults) -> None:
    """A slip in the name of a reader would keep what is on record from everybody."""
    for demand in ("seen_by", "files_for"):
        readers = spec.requires.get(demand, [])
        if not isinstance(readers, list):
            faults.add(f"{place}.requires", _("“{name}”应为一列角色。"), name=demand)
            continue
        for role in readers:
            if role != GROUP and _stranger(str(role), known.roles):
                faults.add(f"{place}.requires", UNKNOWN_ROLE, name=str(role))


def _check_basis(
    folder: Folder,
    spec: TaskSpec | ActionSpec,
    place: str,
    known: Known,
    faults: Faults,
    of_step: bool = False,
) -> None:
    """Nobody's button may do what no article allows, wherever the case is; `of_step` it is that of another step."""
    for name in spec.basis_where.keys() - {each.name for each in folder.register}:
        faults.add(f"{place}.basis_where", _("没有登记栏目“{name}”（[[register]]）。"), name=name)
    if known.bases is None:
        return
    if not spec.basis and not of_step:
        faults.add(place, NO_BASIS)
    for article in articles_cited(spec):
        if article not in known.bases:
            faults.add(place, UNKNOWN_BASIS, name=article)


def _check_parts(folder: Folder, action: ActionSpec, place: str, faults: Faults) -> None:
    if action.form and action.form not in folder.forms:
        faults.add(place, NO_FORM, name=action.form)
    if action.within and action.within not in {each.key for each in folder.clocks}:
        faults.add(place, NO_CLOCK, name=action.within)
    for node in action.nodes:
        if node not in folder.tasks:
            faults.add(place, NO_STEP, name=node)
    for step in action.reads:
        if step not in folder.tasks and step not in folder.actions:
            faults.add(f"{place}.reads", _("没有环节或者办理事项“{name}”。"), name=step)


def _check_opening(folder: Folder, known: Known, faults: Faults) -> None:
    if folder.text_form and folder.text_form not in folder.forms:
        faults.add("text_form", NO_FORM, name=folder.text_form)
    for role in folder.opened_by:
        if _stranger(role, known.roles):
            faults.add("opened_by", UNKNOWN_ROLE, name=role)


def _check_columns(folder: Folder, faults: Faults) -> None:
    text = folder.forms.get(folder.text_form or "")
    fields = {
        "text": {field.name for field in text.fields} if text else set(),
        "register": {field.name for field in folder.register},
    }
    for column in folder.columns:
        part, dot, name = column.into.partition(".")
        if dot and name not in fields.get(part, ()):
            faults.add("column", _("没有“{name}”可以存入。"), name=column.into)


def _check_bulk(folder: Folder, faults: Faults) -> None:
    """Only what picks a problem of the whole case is done to several at once, and files go with one."""
    for spec in folder.actions.values():
        form = folder.forms.get(spec.form)
        if not spec.bulk or form is None:
            continue
        types = [field.type for field in form.fields]
        if spec.of != "case" or "problem" not in types or "files" in types:
            faults.add(f"action.{spec.key}", _("只有对整件、表单中选取问题、不上传文件的动作才能批量办理。"))


def _check_clocks(folder: Folder, known: Known, faults: Faults) -> None:
    for clock in folder.clocks:
        place = f"clock {clock.key}"
        if _stranger(clock.rule, known.rules):
            faults.add(place, NO_RULE, name=clock.rule)
        for happening in (*clock.starts, *clock.ends, *clock.cancels, clock.message_happening):
            if happening not in folder.happenings and _stranger(happening, known.happenings):
                faults.add(place, NO_HAPPENING, name=happening)


def _check_effects(folder: Folder, known: Known, faults: Faults) -> None:
    for happening, names in folder.effects.items():
        own = happening in folder.happenings or _of_clock(happening, folder)
        if not own and _stranger(happening, known.happenings):
            faults.add("effects", NO_HAPPENING, name=happening)
        for name in names:
            if _stranger(name, known.effects):
                faults.add(f"effects.{happening}", _("没有名为“{name}”的后续处理。"), name=name)


def _of_clock(happening: str, folder: Folder) -> bool:
    """Whether it is what a clock of the folder says, `clock.<key>:warned | overdue`."""
    clock, _colon, said = happening.removeprefix("clock.").partition(":")
    known = clock in {each.key for each in folder.clocks}
    return happening.startswith("clock.") and known and said in ("warned", "overdue")


def _stranger(name: str, known: Collection[str] | None) -> bool:
    return bool(name) and known is not None and name not in known
