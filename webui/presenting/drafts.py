"""A draft in three steps, as its templates take it: the text, the people and files, the check before handing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.choices import units
from engine.casework.files.kinds import ACCEPTED
from engine.casework.readings.case_page import CasePage, case_page
from engine.casework.readings.directory import AT_MOST, delegations, find_deputies
from engine.casework.readings.drafting import Writing, faults_of, invited
from engine.definitions.citing import cited_here
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.similarity.index import written_from
from engine.similarity.readings import earlier_cases
from models import Attachment
from webui.forms import shown
from webui.language import language
from webui.presenting.faults import fault_lines, refusal_lines
from webui.presenting.files import file_lines
from webui.presenting.legal import legal_basis, step_bases
from webui.presenting.letters import letter
from webui.presenting.similar import similar_lines
from webui.presenting.windows import windows_shown
from webui.windows import hour

Page = dict[str, Any]


def step_names(folder: Folder) -> list[str]:
    """The three steps."""
    return [_("内容"), _("联名与附件") if folder.cosigning else _("附件"), _("核对提交")]


def frame(draft: Writing, step: int) -> Page:
    """What all steps show: where one is, and the ways between."""
    steps = [
        {
            "name": name,
            "href": url_for("drafting.write", case_id=draft.case.id, step=number),
            "current": number == step,
            "number": number,
        }
        for number, name in enumerate(step_names(draft.folder), start=1)
    ]
    return {
        "title": steps[step - 1]["name"],
        "kind": draft.folder.open_verb.in_(language()),
        "subject": draft.case.title,
        "steps": steps,
        "step": step,
        "previous_href": steps[step - 2]["href"] if step > 1 else None,
        "next_href": steps[step]["href"] if step < len(steps) else None,
        "errors": [],
    }


def text_step(
    actor: Actor,
    draft: Writing,
    answers: Mapping[str, Any],
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    again: int = 0,
    sent: Mapping[str, Any],
) -> Page:
    """Step 1, in answer to the form `sent`; `again` is how many signers a changed text would ask anew."""
    return frame(draft, 1) | {
        "fields": shown(draft.form, answers, errors, draft.offers),
        "errors": fault_lines(draft.form, errors or {}, answers),
        "again": again,
        "signers": invited(draft.case),
        "action": url_for("drafting.save", case_id=draft.case.id),
        "autosave": url_for("drafting.autosave", case_id=draft.case.id) if draft.task_id else "",
        "revision": draft.revision,
        "saved_at": hour(draft.draft.saved_at) if draft.draft else None,
        "windows": windows_shown(draft.now, draft.form, answers, draft.offers, sent),
        "next_label": _("保存，下一步"),
        "similar": _similar(actor, draft, answers),
        "similar_href": url_for("similar.while_writing", case_id=draft.case.id),
    }


def _similar(actor: Actor, draft: Writing, answers: Mapping[str, Any]) -> list[Page]:
    written = written_from(draft.folder, answers)
    return similar_lines(earlier_cases(actor, written, without=draft.case.id))


def people_step(
    actor: Actor, draft: Writing, search: Mapping[str, str], refusals: Sequence[str] = ()
) -> Page:
    """Step 2: whom the deputy asks to sign and who answered, and what he attaches."""
    reading = case_page(actor, case_id=draft.case.id)
    name, delegation = search.get("q", "").strip(), search.get("delegation", "")
    asked = bool(name or delegation)
    known = {each.deputy_id for each in reading.cosigners} | {draft.case.lead_deputy_id or 0}
    delegation_id = int(delegation) if delegation.isdecimal() and len(delegation) < 19 else None
    found = find_deputies(actor, name=name, delegation_id=delegation_id, without=known)
    return frame(draft, 2) | {
        "errors": [{"field": "files", "message": sentence} for sentence in refusals],
        "has_text": draft.case.text_version > 0,
        "cosigning": draft.folder.cosigning and draft.case.lead_deputy_id is not None,
        "cosigners": cosigner_lines(reading),
        "found": found if asked else [],
        "asked": asked,
        "more": len(found) == AT_MOST,
        "search": {"q": name, "delegation": delegation},
        "delegations": [{"value": str(key), "label": each} for key, each in delegations(actor).items()],
        "search_action": url_for("drafting.write", case_id=draft.case.id),
        "invite_basis": step_bases("cosigning", draft.folder, draft.case.rule_pack_id)["invite_cosigners"],
        "invite_action": url_for("draft_people.invite", case_id=draft.case.id),
        "attach_action": url_for("draft_people.attach", case_id=draft.case.id),
        "accept": ",".join(ACCEPTED),
        "files": _removable(draft, reading.attachments),
    }


def _removable(draft: Writing, attachments: Sequence[Attachment]) -> list[Page]:
    """The files with the address that takes each off again."""
    lines = zip(file_lines(attachments), attachments, strict=True)
    return [
        {**line, "remove": url_for("draft_people.detach", case_id=draft.case.id, attachment_id=each.id)}
        for line, each in lines
    ]


def cosigner_lines(reading: CasePage) -> list[Page]:
    """Who was asked to sign the present text, and the answer."""
    words = {
        "invited": (_("等待答复"), "warn"),
        "confirmed": (_("已同意"), "good"),
        "declined": (_("没有同意"), ""),
        "withdrawn": (_("已撤回联名"), ""),
        "lapsed": (_("未答复"), ""),
    }
    return [
        {
            "name": each.name,
            "delegation": each.delegation,
            "text": words.get(each.status, (each.status, ""))[0],
            "kind": words.get(each.status, ("", ""))[1],
        }
        for each in reading.cosigners
    ]


def check_step(actor: Actor, draft: Writing, refusal: DomainError | None = None) -> Page:
    """Step 3: the whole text as it will be read, what is still missing, and the handing in."""
    reading = case_page(actor, case_id=draft.case.id)
    spec = next(spec for spec in draft.folder.tasks.values() if spec.act == "submit_text")
    keeps = spec.requires.get("keeps", {})
    spec = cited_here(spec, {name: draft.answers.get(field) for name, field in keeps.items()})
    checks = _checks(draft, reading)
    form = draft.folder.forms[spec.form]
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    return frame(draft, 3) | {
        "letter": letter(draft.form, draft.answers, units(draft.case.congress_id)),
        "lead": reading.lead,
        "delegation": reading.delegation,
        "organ": reading.organ,
        "cosigners": [each for each in cosigner_lines(reading) if each["kind"] == "good"],
        "files": file_lines(reading.attachments),
        "checks": checks,
        "similar": _similar(actor, draft, draft.answers),
        "ready": all(check["good"] for check in checks) and draft.task_id is not None,
        "somebody_else": draft.task_id is None,
        "errors": refusal_lines(form, refusal, {}),
        "fields": shown(form, {}, errors),
        "verb": spec.verb.in_(language()),
        "basis": legal_basis(spec.basis, draft.case.rule_pack_id),
        "action": url_for("drafting.submit", case_id=draft.case.id),
        "revision": draft.revision,
    }


def _checks(draft: Writing, reading: CasePage) -> list[Page]:
    """What was looked at before handing in, each as a sentence; `good` ones are in order."""
    faults = faults_of(draft)
    checks = []
    for field in draft.form.fields:
        wrong = [name for name in faults if name == field.name or name.startswith(f"{field.name}-")]
        if wrong:
            sentence = _("“%(field)s”还要改。", field=field.label.in_(language()))
            checks.append({"good": False, "text": sentence})
    if not checks and not draft.is_whole:
        checks.append({"good": False, "text": _("最近改的内容还没有正式保存，请回到第1步按“保存，下一步”。")})
    if not checks:
        checks.append({"good": True, "text": _("内容填写完整。")})
    return [*checks, *_cosigning_checks(draft, reading)]


def _cosigning_checks(draft: Writing, reading: CasePage) -> list[Page]:
    if not draft.folder.cosigning or reading.lead is None:
        return []
    agreed = sum(each.status == "confirmed" for each in reading.cosigners)
    silent = sum(each.status == "invited" for each in reading.cosigners)
    checks = []
    if agreed:
        said = ngettext("%(num)s 位代表同意联名。", "%(num)s 位代表同意联名。", agreed)
        checks.append({"good": True, "text": said})
    if silent:
        said = ngettext(
            "%(num)s 位代表还没有答复；现在提交，就不算联名。",
            "%(num)s 位代表还没有答复；现在提交，就不算联名。",
            silent,
        )
        checks.append({"good": True, "warn": True, "text": said})
    return checks or [{"good": True, "text": _("没有联名，由您一人提出。")}]
