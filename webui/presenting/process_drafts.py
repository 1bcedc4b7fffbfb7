"""Drafts of process folders, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.catalogue import definition, files_of
from engine.definitions.folder import Folder
from engine.definitions.form_files import FORM_PATH
from engine.definitions.problems import Problem, values_of
from engine.designing.checking import diagram_of, placed, problems_among
from engine.designing.fields import about_of, fields_of
from engine.designing.reading import DraftLine, Entry
from webui.language import language, translate_sentence
from webui.presenting.words import said
from webui.words.processes import CHANGES, KINDS, STATES

Shown = dict[str, Any]


def draft_line(line: DraftLine) -> Shown:
    """One draft in a list."""
    return {
        "id": line.id,
        "name": line.name,
        "title": definition(line.base_id).title.in_(language()),
        "base": f"v{line.base_version}",
        "href": url_for("process_drafts.page", draft_id=line.id),
        "state": said(STATES, line.state),
        "opened_by": line.opened_by,
        "opened_at": line.opened_at,
        "revision": line.revision,
    }


def draft_shown(
    line: DraftLine, files: Mapping[str, str], entries: Iterable[Entry], others: Iterable[Folder]
) -> Shown:
    """One draft as a page: how it stands, what is wrong with it, its files, and all that happened to it.

    `others` are the kinds of work that it has to go together with.
    """
    problems = [problem_shown(each) for each in placed(problems_among(files, others), files)]
    return {
        **draft_line(line),
        "is_open": line.state == "open",
        "is_proposed": line.state == "proposed",
        "is_over": line.state in ("approved", "discarded"),
        "own": line.is_own_proposal,
        "proposed_by": line.proposed_by,
        "proposed_at": line.proposed_at,
        "outdated": f"v{line.newest}"
        if line.newest > line.base_version and line.definition_id is None
        else "",
        "version_href": url_for("versions.page", definition_id=line.definition_id)
        if line.definition_id
        else "",
        "base_href": url_for("versions.page", definition_id=line.base_id),
        "problems": problems,
        "errors_found": sum(each["severity"] == "error" for each in problems),
        "files": file_groups(line, files),
        "entries": [_entry(each) for each in entries],
        "flow": flow_shown(line.id, files, problems),
    }


def flow_shown(draft_id: int, files: Mapping[str, str], problems: Iterable[Shown]) -> Shown:
    """The diagram with the problems at their elements."""
    marked = {each["element"]: each["severity"] for each in problems if each["element"]}
    return {
        "source_href": url_for("process_drafts.diagram", draft_id=draft_id),
        "has_diagram": bool(diagram_of(files)),
        "problems": marked,
    }


def problem_shown(problem: Problem) -> Shown:
    """One problem in the reader's language."""
    return {
        "file": problem.file,
        "place": "" if problem.place == str(problem.line) else problem.place,
        "element": problem.element,
        "line": problem.line,
        "code": problem.code,
        "severity": problem.severity,
        "message": translate_sentence(problem.message),
        "advice": translate_sentence(problem.advice),
        "fields": fields_of(problem),
        "about": about_of(problem),
        "named": str(values_of(problem).get("name", "")),
    }


def file_groups(line: DraftLine, files: Mapping[str, str]) -> list[Shown]:
    """Every file by the folder it lies in, with how it differs from the version the draft was made from.

    Those that went are there as well.
    """
    before = files_of(line.base_id)
    groups: dict[str, list[Shown]] = {"": [], "forms": [], "texts": []}
    for path in sorted({*before, *files}):
        folder = path.partition("/")[0] if "/" in path else ""
        groups.setdefault(folder, []).append(_file(line.id, path, before.get(path), files.get(path)))
    titles = {"forms": _("表单"), "texts": _("通知文字")}
    return [
        {
            "title": titles.get(folder, folder),
            "items": items,
            "changed": any(each["change"] for each in items),
        }
        for folder, items in groups.items()
        if items
    ]


def _file(draft_id: int, path: str, before: str | None, after: str | None) -> Shown:
    how = _how(before, after)
    href = "" if after is None else url_for("process_draft_files.page", draft_id=draft_id, path=path)
    return {
        "path": path,
        "href": href,
        "builder_href": _builder_href(draft_id, path) if href else "",
        "change": said(CHANGES, how) if how else "",
    }


def _builder_href(draft_id: int, path: str) -> str:
    found = FORM_PATH.fullmatch(path)
    return url_for("process_forms.page", draft_id=draft_id, name=found[1]) if found else ""


def _how(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    return "added" if before is None else "removed" if after is None else "changed"


def _entry(entry: Entry) -> Shown:
    changed = [f"{path}（{said(CHANGES, how)}）" for path, how in entry.changed.items()]
    return {
        "what": said(KINDS, entry.kind),
        "revision": _("第%(number)s稿", number=entry.revision),
        "said": entry.said,
        "changed": changed,
        "at": entry.at,
        "by": entry.by,
    }
