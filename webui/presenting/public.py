"""What anybody reads, as the public templates and the open data take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.foundation.clock import day_of
from engine.foundation.spreadsheets import harmless
from engine.publication.public import PublicCase, PublicLine, PublicReport
from webui.language import day, language
from webui.presenting.words import listed

Shown = dict[str, Any]
Address = Callable[..., str]


def said(words: Mapping[str, str]) -> str:
    """Words in the reader's language."""
    return words.get(language()) or words.get("zh", "")


def day_written(iso: str) -> str:
    """A day of a copy as it is read."""
    return day(dt.date.fromisoformat(iso)) if iso else ""


def line_shown(line: PublicLine, address: Address) -> Shown:
    """A published case in the list."""
    facts, replies = line.content["facts"], line.content["replies"]
    return {
        "href": address("public_site.case", public_id=line.public_id),
        "kind": said(facts["kind"]),
        "number": facts["number"],
        "title": line.content["title"],
        "category": said(facts["category_title"]),
        "deputy": facts["deputy"],
        "units": listed(dict.fromkeys(reply["unit"] for reply in replies)),
        "grades": list(dict.fromkeys(reply["grade"] for reply in replies)),
        "joined": [each["number"] for each in line.content["joined"]],
        "on": day(line.published_at),
    }


def case_shown(found: PublicCase, address: Address) -> Shown:
    """A published case, whole."""
    line = found.line
    content, facts = line.content, line.content["facts"]
    return {
        **line_shown(line, address),
        "public_id": line.public_id,
        "congress": line.congress,
        "meeting": facts["meeting"],
        "cosigners": facts["cosigners"],
        "submitted_on": day_written(facts["submitted_on"]),
        "whole": content["whole"],
        "summary": content["summary"],
        "parts": [{"label": said(part["label"]), "text": part["text"]} for part in content["parts"]],
        "asks": content["asks"],
        "joined": [{**each, "submitted_on": day_written(each["submitted_on"])} for each in content["joined"]],
        "replies": [_reply(reply, content["asks"]) for reply in content["replies"]],
        "versions": [
            {"version": version, "on": day(at), "note": note} for version, at, note in found.versions
        ],
        "changed_on": day(line.changed_at),
        "version": line.version,
    }


def _reply(reply: Mapping[str, Any], asks: Iterable[Mapping[str, Any]]) -> Shown:
    texts = {ask["number"]: ask["text"] for ask in asks}
    return {
        **reply,
        "signed_on": day_written(reply["signed_on"]),
        "grade_title": said(reply["grade_title"]),
        "answers": [{**answer, "ask_text": texts.get(answer["ask"], "")} for answer in reply["answers"]],
        "promises": [_promise(promise) for promise in reply.get("promises", ())],
    }


def _promise(promise: Mapping[str, Any]) -> Shown:
    steps = [{"on": day_written(step["on"]), "what": step["what"]} for step in promise["milestones"]]
    return {**promise, "due_on": day_written(promise["due_on"]), "milestones": steps}


def record(line: PublicLine, address: Address) -> Shown:
    """A published case as one record of the open data."""
    facts = line.content["facts"]
    return {
        "id": line.public_id,
        "url": address("public_site.case", public_id=line.public_id, _external=True),
        "congress": line.congress,
        "kind": facts["kind"]["zh"],
        "number": facts["number"],
        "meeting": facts["meeting"],
        "title": line.content["title"],
        "category": facts["category_title"]["zh"],
        "year": line.year,
        "submitted_on": facts["submitted_on"],
        "deputy": facts["deputy"],
        "cosigners": facts["cosigners"],
        "text": [{"heading": part["label"]["zh"], "text": part["text"]} for part in line.content["parts"]],
        "summary": line.content["summary"],
        "asks": line.content["asks"],
        "joined": line.content["joined"],
        "replies": [_reply_record(reply) for reply in line.content["replies"]],
        "published_on": day_of(line.published_at).isoformat(),
        "changed_on": day_of(line.changed_at).isoformat(),
        "version": line.version,
    }


def _reply_record(reply: Mapping[str, Any]) -> Shown:
    names = ("unit", "role", "round", "number", "signed_on", "grade", "summary", "body")
    # Versions of long ago have neither reasons nor promises.
    answers = [{"reason": "", **answer} for answer in reply["answers"]]
    promises = list(reply.get("promises", ()))
    return {**{name: reply[name] for name in names}, "answers": answers, "promises": promises}


COLUMNS = (
    "id", "url", "congress", "kind", "number", "meeting", "title", "category", "year", "submitted_on", "deputy",
    "cosigners", "text", "summary", "asks", "units", "grades", "replies", "published_on", "changed_on",
    "version", "joined",
)  # fmt: skip


def row(line: PublicLine, address: Address) -> list[str]:
    """A record as a row of the CSV file: nested parts as text."""
    found = record(line, address)
    replies = found["replies"]
    found |= {
        "text": "\n".join(part["text"] for part in found["text"]),
        "asks": "\n".join(f"{ask['number']}. {ask['text']}" for ask in found["asks"]),
        "joined": "\n".join(
            " ".join(filter(None, (each["number"], each["title"], each["deputy"])))
            for each in found["joined"]
        ),
        "units": "、".join(dict.fromkeys(reply["unit"] for reply in replies)),
        "grades": "、".join(reply["grade"] for reply in replies),
        "replies": "\n\n".join(_reply_text(reply) for reply in replies),
    }
    return [harmless(str(found[name])) for name in COLUMNS]


def _reply_text(reply: Mapping[str, Any]) -> str:
    answers = [
        f"{answer['ask']}. {answer['text']}" + (f"（理由：{answer['reason']}）" if answer["reason"] else "")
        for answer in reply["answers"]
    ]
    promises = [f"承诺：{promise['what']}（{promise['due_on']}）" for promise in reply["promises"]]
    head = " ".join(filter(None, (reply["unit"], reply["number"], reply["signed_on"])))
    return "\n".join(filter(None, (head, *answers, reply["body"], *promises, reply["summary"])))


def report_shown(report: PublicReport) -> Shown:
    """A report on a year, with every share and what it is a share of."""
    return {
        "congress": report.congress,
        "kind": report.kind.in_(language()),
        "year": report.year,
        "on": day(report.released_at),
        "version": report.version,
        "text": report.text,
        "figures": figures_shown(report.figures),
    }


def figures_shown(figures: Mapping[str, Any]) -> Shown:
    """The figures with shares in words."""
    return {
        **figures,
        "categories": [
            {"title": said(each["title"]), "count": each["count"]} for each in figures["categories"]
        ],
        "grades": [{"title": said(each["title"]), **share(each["share"])} for each in figures["grades"]],
        "satisfaction": [{"key": each["key"], **share(each["share"])} for each in figures["satisfaction"]],
        # Reports of before do not count these two.
        "merged": figures.get("merged", 0),
        "withdrawn": figures.get("withdrawn", 0),
        "evaluated": share(figures["evaluated"]),
        "on_time": share(figures["on_time"]),
        # Reports of before do not say it: kinds with figures of their own counted every main period.
        "answers": figures.get("answers", not figures.get("own")),
        "published": share(figures["published"]),
        "own": [
            {
                "title": said(each["title"]),
                **share(each["share"] or [each["count"], 0]),
                "of": bool(each["share"]),
            }
            for each in figures.get("own", ())
        ],
        "counted_day": day_written(figures["counted_on"]),
    }


def share(pair: list[int]) -> Shown:
    """A part of a whole; of nothing there is no percentage."""
    part, whole = pair
    return {"part": part, "whole": whole, "percent": f"{100 * part / whole:.1f}%" if whole else "—"}
