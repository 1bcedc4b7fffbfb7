"""From where administrators work (GB/T 22239-2019, 8.1.4.4): if ADMIN_NETWORKS names networks, from nowhere else."""

from __future__ import annotations

import ipaddress

from flask import Flask, current_app, request

from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed
from engine.foundation.language import _
from engine.people.roles import ADMINISTRATORS
from webui.proxies import Networks, networks

TERMINALS = "admin_networks"


class NotFromHere(NotAllowed):
    """An administrator at a machine that is none of theirs."""

    text = _("系统管理员、安全管理员、审计管理员只能在指定的管理终端上使用系统。")


def register(app: Flask) -> None:
    """Read the networks; ValueError names what is none, so that the program does not start with less than was meant."""
    app.extensions[TERMINALS] = networks(app.config.get("ADMIN_NETWORKS") or "")


def require_terminal(actor: Actor) -> None:
    """Refuse with NotFromHere an administrator who comes from elsewhere, whatever he asks for."""
    allowed: Networks = current_app.extensions[TERMINALS]
    if allowed and actor.roles & ADMINISTRATORS and not _within(request.remote_addr or "", allowed):
        raise NotFromHere


def _within(address: str, allowed: Networks) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in allowed)
