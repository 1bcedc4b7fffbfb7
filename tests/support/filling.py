"""A form of a process folder filled in at a screen, as the answers of a scenario say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Page

from engine.definitions.forms import Field, Form
from engine.definitions.sent_files import SentFile
from webui.forms import CONTROLS

MEDIA = {"png": "image/png", "txt": "text/plain"}


def fill(page: Page, form: Form, answers: Mapping[str, Any]) -> None:
    """Fill in every field of the form that has an answer, by the controls that the page offers."""
    for field in form.fields:
        if field.name in answers:
            FILLED.get(CONTROLS.get(field.type, field.type), _type)(page, field, answers[field.name])


def _type(page: Page, field: Field, value: Any) -> None:
    page.locator(f"#field-{field.name}").fill(str(value))


def _choose(page: Page, field: Field, value: Any) -> None:
    page.locator(f'input[name="{field.name}"][value="{value}"]').check()


def _select(page: Page, field: Field, value: Any) -> None:
    page.locator(f"#field-{field.name}").select_option(value="" if value is None else str(value))


def _tick(page: Page, field: Field, value: Any) -> None:
    page.locator(f"#field-{field.name}").set_checked(bool(value))


def _tick_several(page: Page, field: Field, values: list[Any]) -> None:
    """Boxes, of which more may lie under a fold."""
    fold = page.locator(f"#field-{field.name} details:not([open]) > summary")
    if fold.count():
        fold.click()
    for value in values:
        _choose(page, field, value)


def _repeat(page: Page, field: Field, values: list[str]) -> None:
    """One row for each, added as they are needed."""
    rows = page.locator(f'#field-{field.name} textarea[name="{field.name}"]')
    for place, value in enumerate(values):
        if place == rows.count():
            page.locator(f"#field-{field.name} [data-repeat-add]").click()
        rows.nth(place).fill(value)


def _answer_asks(page: Page, field: Field, rows: list[Mapping[str, Any]]) -> None:
    for row in rows:
        for column in row.keys() - {"ask_id"}:
            control = page.locator(f'[name="{field.name}.{row["ask_id"]}.{column}"]')
            if column == "grade":
                control.select_option(value=str(row[column]))
            else:
                control.fill(str(row[column]))


def _plan(page: Page, field: Field, rows: list[Mapping[str, Any]]) -> None:
    fold = page.locator(f"#field-{field.name} details:not([open]) > summary")
    if fold.count():
        fold.click()
    for row in rows:
        page.locator(f'input[name="{field.name}.{row["role"]}"][value="{row["unit_id"]}"]').check()
        if row.get("scope"):
            page.locator(f"#scope-{row['unit_id']}").fill(row["scope"])


def _send_files(page: Page, field: Field, files: list[SentFile]) -> None:
    """Pictures by the camera's way, what else there is by the other."""
    for way, taken in (("camera", True), ("files", False)):
        chosen = [
            {"name": each.name, "mimeType": MEDIA[each.name.rsplit(".", 1)[1]], "buffer": each.content}
            for each in files
            if each.name.endswith(".png") == taken
        ]
        for control in [page.locator(f"#field-{field.name}-{way}")] if chosen else []:
            control.set_input_files(chosen[:1] if taken else chosen)  # type: ignore[arg-type]


FILLED: Mapping[str, Callable[[Page, Field, Any], None]] = {
    "choice": _choose,
    "select": _select,
    "checkbox": _tick,
    "multi_choice": _tick_several,
    "units_wish": _tick_several,
    "repeat": _repeat,
    "matrix": _answer_asks,
    "unit_plan": _plan,
    "files": _send_files,
}
