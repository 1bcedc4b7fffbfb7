"""«文书模板»: a congress looks after its own templates, and sees what they make before it keeps them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.catalogue import current_all
from engine.documents.declarations import Declaration, forms_of
from engine.documents.printing import filename, try_on_case
from engine.documents.setting import TYPST, WORD
from engine.documents.subjects import SUBJECTS
from engine.documents.templates import (
    MAY_EDIT,
    restore_template,
    save_template,
    template_in_use,
    try_on_sample,
    version_content,
    versions_of,
)
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotFound
from webui.language import language, translate_refusal
from webui.pages.documents import TYPES
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import UNFIT
from webui.words.citing import cited

blueprint = Blueprint("document_templates", __name__, url_prefix="/administration/templates")

ENTRIES = (
    Entry(
        ("文书模板", "Templates"),
        "document_templates.listing",
        lambda actor: bool(actor.roles & set(MAY_EDIT)),
        64,
    ),
)


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """Every document of every kind of work."""
    actor = current_actor()
    actor.require(*MAY_EDIT)
    kinds = [
        {
            "title": each.folder.title.in_(language()),
            "lines": [
                _line(actor, each.folder.key, declaration)
                for declaration in forms_of(each.folder.key).documents.values()
                if declaration.template == declaration.key
            ],
        }
        for each in current_all()
    ]
    page = {"kinds": [kind for kind in kinds if kind["lines"]]}
    return render_template("documents/templates.html", page=page)


def _line(actor: Actor, kind: str, declaration: Declaration) -> dict[str, Any]:
    own = {format: versions_of(actor, kind, declaration.key, format) for format in declaration.formats}
    return {
        "title": declaration.title.in_(language()),
        "href": url_for("document_templates.edit", kind=kind, key=declaration.key),
        "own": [format for format, versions in own.items() if versions and not versions[0].restored],
    }


@blueprint.get("/<kind>/<key>")
def edit(kind: str, key: str) -> ResponseReturnValue:
    """One document's templates: the text for PDF, the file for Word."""
    return _page(current_actor(), kind, key)


def _page(
    actor: Actor, kind: str, key: str, *, typed: dict[str, str] | None = None, fault: str = ""
) -> ResponseReturnValue:
    actor.require(*MAY_EDIT)
    forms = forms_of(kind)
    declaration = forms.document(key)
    if declaration.template != key:  # one that shares the template of another is changed there
        raise NotFound
    in_use = template_in_use(actor.congress_id, forms, key, TYPST).decode()
    page = {
        "kind": kind,
        "key": key,
        "title": declaration.title.in_(language()),
        "basis": cited(declaration.basis, language()),
        "of_case": declaration.of in SUBJECTS,  # a list of the congress is tried on the sample only
        "text": (typed or {}).get("text", in_use),
        "note": (typed or {}).get("note", ""),
        "number": (typed or {}).get("number", ""),
        "errors": [{"field": "text" if typed else "file", "message": fault}] if fault else [],
        "fault": fault if typed else "",
        "file_fault": "" if typed else fault,
        "formats": declaration.formats,
        "versions": {format: versions_of(actor, kind, key, format) for format in declaration.formats},
        "fields": list(_fields(forms.sample())),
    }
    return render_template("documents/template.html", page=page), UNFIT if fault else 200


def _fields(sample: Any, path: str = "") -> Any:
    """The names a template can use, with an example of each; of a list the first entry stands for all."""
    if isinstance(sample, dict):
        for name, value in sample.items():
            yield from _fields(value, f"{path}.{name}" if path else name)
    elif isinstance(sample, list) and sample and isinstance(sample[0], dict):
        yield from _fields(sample[0], f"{path}[]")
    else:
        yield path, "、".join(map(str, sample)) if isinstance(sample, list) else str(sample)


@blueprint.post("/<kind>/<key>/text")
def send_text(kind: str, key: str) -> ResponseReturnValue:
    """Look at the typed template on the sample or on a real case, or keep it."""
    current_actor().require(*MAY_EDIT)
    return _taken(kind, key, TYPST, request.form.get("text", "").encode(), request.form.to_dict())


@blueprint.post("/<kind>/<key>/file")
def send_word(kind: str, key: str) -> ResponseReturnValue:
    """The same for a Word file."""
    current_actor().require(*MAY_EDIT)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(current_actor(), kind, key, fault=_("请选择文件。"))
    return _taken(kind, key, WORD, file.read(), None)


def _taken(
    kind: str, key: str, format: str, content: bytes, typed: dict[str, str] | None
) -> ResponseReturnValue:
    actor, wish, number = current_actor(), request.form.get("do"), request.form.get("number", "")
    title = forms_of(kind).document(key).title.zh
    try:
        if wish == "sample":
            tried = try_on_sample(actor, kind, key, format, content)
            return _shown(tried.content, filename([title, _("样张")], format), format)
        if wish == "case":
            printed = try_on_case(
                actor, number=number, process_key=kind, key=key, format=format, content=content
            )
            return _shown(printed.content, printed.filename, format)
        note = request.form.get("note", "")
        save_template(actor, process_key=kind, document=key, format=format, content=content, note=note)
    except NotFound:
        return _page(
            actor,
            kind,
            key,
            typed=typed,
            fault=_("没有找到这件案件，或者它现在没有这份文书。请填写完整的编号。"),
        )
    except DomainError as refusal:
        return _page(actor, kind, key, typed=typed, fault=translate_refusal(refusal))
    flash(_("模板已保存，今后按它打印。"), "success")
    return redirect(url_for("document_templates.edit", kind=kind, key=key))


def _shown(content: bytes, name: str, format: str) -> ResponseReturnValue:
    """A preview as a file; what the fonts lack is marked and told in it."""
    return send_file(
        BytesIO(content), mimetype=TYPES[format], as_attachment=True, download_name=name, max_age=0
    )


@blueprint.post("/<kind>/<key>/restore/<format>")
def restore(kind: str, key: str, format: str) -> ResponseReturnValue:
    """Go back to the shipped template."""
    restore_template(current_actor(), process_key=kind, document=key, format=format)
    flash(_("已恢复系统自带的模板。"), "success")
    return redirect(url_for("document_templates.edit", kind=kind, key=key))


@blueprint.get("/<kind>/<key>/<int:version>.<format>")
def version(kind: str, key: str, version: int, format: str) -> ResponseReturnValue:
    """A version as a file; version 0 is the shipped one."""
    content = version_content(current_actor(), kind, key, format, version)
    name = f"{key}-{version}.{'docx' if format == WORD else 'typ'}"
    mimetype = TYPES[WORD] if format == WORD else "text/plain"
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)
