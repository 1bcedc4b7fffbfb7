"""Secrets of others kept sealed with the installation's own: whoever reads the database alone cannot use them."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

PURPOSE = b"duban chat groups"
_key: list[bytes] = []


class SealBroken(ValueError):
    """It was sealed with another installation's secret, or altered."""


def configure(secret: str) -> None:
    """Seal from now on with a key made of the installation's secret."""
    _key[:] = [base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + secret.encode()).digest())]


def seal(text: str) -> str:
    """The text, to be opened by `unseal` only."""
    return Fernet(_key[0]).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; raises SealBroken."""
    try:
        return Fernet(_key[0]).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("sealed with another secret") from error
