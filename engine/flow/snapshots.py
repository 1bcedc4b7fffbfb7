"""One instance together with its definition in one piece of bytes, to be carried to where neither is known.

The case layer has no need of it: it keeps the definition in one row and the state in another.
"""

from __future__ import annotations

import msgpack

from engine.flow.admission import AdmittedDefinition, admit
from engine.flow.calls import Resolver
from engine.flow.decisions import NO_DECISIONS, AdmittedDecisions
from engine.flow.errors import StateUnreadable
from engine.flow.state import DAMAGED, unpack
from engine.foundation.language import _

VERSION = 1
NO_SNAPSHOT = _("内容不是这一版本的快照。")
OTHER_DECISIONS = _("它要求的是另外的决策。")


def dump(definition: AdmittedDefinition, state: bytes) -> bytes:
    """The instance to be carried away."""
    body = [VERSION, definition.file, definition.key, definition.xml, definition.decisions.hash, state]
    return bytes(msgpack.packb(body, use_bin_type=True))


def load(
    snapshot: bytes, *, decisions: AdmittedDecisions = NO_DECISIONS, called: Resolver | None = None
) -> tuple[AdmittedDefinition, bytes]:
    """The definition, admitted anew, and the state. Raises StateUnreadable, DefinitionRefused.

    Decisions and what is called outside the file do not travel along: they are given as they are to `admit`.
    """
    try:
        version, file, key, xml, decided, state = msgpack.unpackb(snapshot, use_list=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise StateUnreadable(DAMAGED, original=str(error)) from error
    if version != VERSION or not isinstance(xml, bytes) or not isinstance(state, bytes):
        raise StateUnreadable(NO_SNAPSHOT)
    definition = admit(xml, str(file), decisions=decisions, called=called, process=str(key))
    if definition.decisions.hash != decided:
        raise StateUnreadable(OTHER_DECISIONS)
    unpack(state)
    return definition, state
