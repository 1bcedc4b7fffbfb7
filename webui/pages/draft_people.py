"""Step 2 of a draft: asking others to sign, attaching files."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.attachments import AttachmentRefused, add_attachment, remove_attachment
from engine.casework.cosigning import invite_cosigners
from engine.casework.readings.drafting import writing
from webui.addresses import whole_number
from webui.language import translate_refusal
from webui.presenting.drafts import people_step
from webui.sign_in import current_actor
from webui.store import file_store

blueprint = Blueprint("draft_people", __name__, url_prefix="/cases/<int:case_id>")


@blueprint.post("/cosigners")
def invite(case_id: int) -> ResponseReturnValue:
    """Ask the chosen deputies to sign."""
    chosen = request.form.getlist("deputy", type=whole_number)
    count = invite_cosigners(current_actor(), case_id=case_id, deputy_ids=chosen)
    if count:
        flash(ngettext("已邀请 %(num)s 位代表联名。", "已邀请 %(num)s 位代表联名。", count), "success")
    else:
        flash(_("没有选中新的代表。"), "warning")
    return _back(case_id)


@blueprint.post("/attachments")
def attach(case_id: int) -> ResponseReturnValue:
    """Attach the files; each that may not be taken in is named with the reason, the others are kept."""
    actor = current_actor()
    store = file_store()
    refused, kept = [], 0
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            content = file.stream.read()
            add_attachment(actor, case_id=case_id, filename=file.filename, content=content, store=store)
            kept += 1
        except AttachmentRefused as refusal:
            refused.append(translate_refusal(refusal))
    if refused or not kept:
        page = people_step(actor, writing(actor, case_id=case_id), {}, refused or [_("请先选择文件。")])
        return render_template("pages/draft_people.html", page=page), 422
    flash(_("附件已上传。"), "success")
    return _back(case_id)


@blueprint.post("/attachments/<int:attachment_id>/remove")
def detach(case_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a file off again."""
    remove_attachment(current_actor(), attachment_id=attachment_id)
    flash(_("附件已去掉。"), "success")
    return _back(case_id)


def _back(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("drafting.write", case_id=case_id, step=2))
