"""A form that came after its session had ended is carried over the sign-in, and sent again when its writer says so.

What was typed travels in the pages themselves, from the refusal to the sign-in and to the question that follows it:
nothing is kept for somebody who is not signed in, and nothing is done before he presses the button. Secrets are never
carried, and files cannot be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from engine.foundation.errors import DomainError
from webui import windows
from webui.addresses import here, local
from webui.language import language
from webui.person import signed_in_person

if TYPE_CHECKING:
    from engine.definitions.forms import Field, Form

# What was typed and may be shown again: everything but secrets.
SECRET = frozenset({"password", "present", "new", "again", "csrf_token"})
MARK = "typed."  # before the names of carried fields, so that none is taken for a field of the sign-in itself
TO, BACK, FILES = "carried.to", "carried.back", "carried.files"
# Filled in by no person.
OURS = frozenset({"revision", "go", "next", "sending", "token", "operation_key", *windows.FIELDS})
NEVER = ("/sign-in", "/sign-out")

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A form on its way: where it is sent to, the page it stood on, its fields, and whether files were left behind."""

    to: str
    back: str
    fields: Fields
    files: bool

    def hidden(self) -> Fields:
        """Its fields as the sign-in carries them."""
        around = [(TO, self.to), (BACK, self.back), *([(FILES, "1")] if self.files else [])]
        return [*around, *((MARK + name, value) for name, value in self.fields)]


def sent() -> Fields:
    """What this request sent, without secrets; nothing where the form itself could not be read."""
    if request.method in ("GET", "HEAD"):
        return []
    try:
        return list(_without_secrets(request.form.items(multi=True)))
    except HTTPException:
        return []


def held_up() -> Carried | None:
    """The form of this request, to be carried; None for one with secrets, and for what no page of ours has posted."""
    if request.method != "POST" or request.is_json or request.path in NEVER or not from_our_page():
        return None
    fields = sent()
    if SECRET.difference({"csrf_token"}).intersection(request.form):
        return None
    files = any(file.filename for file in request.files.values())
    return Carried(request.full_path.rstrip("?"), here(), fields, files) if fields or files else None


def from_our_page() -> bool:
    """Whether the browser says that the form stood on a page of this site; it says so of every form that is posted.

    Only then is a form offered again: a page of somebody else's must not get one sent in our reader's name.
    """
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":  # some say nothing of the origin, but of the page
        origin = request.referrer or ""
    return urlsplit(origin).netloc == request.host


def brought() -> Carried | None:
    """What the sign-in that is being sent carries."""
    to = local(request.form.get(TO), "")
    if not to or urlsplit(to).path in NEVER:
        return None
    marked = [
        (name.removeprefix(MARK), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(MARK)
    ]
    back = local(request.form.get(BACK))
    return Carried(to, back, list(_without_secrets(marked)), request.form.get(FILES) == "1")


def _without_secrets(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in fields if name not in SECRET)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was filled in, under the label of its field; "" where that is not known to who reads it."""

    label: str
    value: str


def readable(to: str, fields: Fields) -> list[Typed]:
    """What a person filled in among the fields of a form sent to that address, for reading and copying."""
    form = _form_at(to, fields) if fields else None
    known = {each.name: each for each in form.fields} if form else {}
    filled = [
        _typed(known.get(name.split(".")[0]), value)
        for name, value in fields
        if value.strip() and name not in OURS
    ]
    several, so_far = Counter(each.label for each in filled), Counter[str]()
    for place, each in enumerate(filled):
        so_far[each.label] += 1
        if each.label and several[each.label] > 1:
            filled[place] = Typed(f"{each.label} {so_far[each.label]}", each.value)
    return filled


def _typed(field: Field | None, value: str) -> Typed:
    """A value under its label; what was chosen as it read in the form."""
    if field is None:
        return Typed("", value)
    chosen = {each.value: each.label.in_(language()) for each in field.choices}
    return Typed(field.label.in_(language()), chosen.get(value, value))


def _form_at(to: str, fields: Fields) -> Form | None:
    """The form of a process folder that is sent to an address; None for who is not signed in or may not fill it in."""
    adapter = current_app.create_url_adapter(request)
    person = signed_in_person()
    if adapter is None or person is None:
        return None
    address = urlsplit(to)
    try:
        endpoint, values = adapter.match(address.path, method="POST")
        form_of = getattr(current_app.view_functions[endpoint], "form_of", None)
        sent = dict([*parse_qsl(address.query), *fields])
        found: Form | None = form_of(person.actor, sent, **values) if form_of else None
    except (HTTPException, DomainError, ValueError):
        return None
    return found
