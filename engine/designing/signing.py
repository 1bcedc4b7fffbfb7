"""The key by which this installation signs the versions it hands out: Ed25519, made once, kept in a file of its own."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY_LENGTH = 64  # hexadecimal digits of a public key


@dataclass(frozen=True)
class Signer:
    """Whoever holds the private key in `path`; it is made when it is first asked for."""

    path: Path

    def public_key(self) -> str:
        """The public key, in hexadecimal."""
        return self._private().public_key().public_bytes_raw().hex()

    def sign(self, content: bytes) -> str:
        """The signature, in hexadecimal; the same content has always the same."""
        return self._private().sign(content).hex()

    def _private(self) -> Ed25519PrivateKey:
        if not self.path.exists():
            self._make()
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.path.read_text(encoding="ascii")))

    def _make(self) -> None:
        """Write a new key, for its owner's eyes only; of two that do so at once the first one's stands."""
        key = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex())
        try:
            os.link(unfinished, self.path)  # whole or not at all, and never over another
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()


def is_signed(content: bytes, signature: str, public_key: str) -> bool:
    """Whether the holder of that key has signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), content
        )
    except (ValueError, InvalidSignature):
        return False
    return True


def fingerprint(public_key: str) -> str:
    """By which people compare keys over the telephone: eight groups of four digits."""
    digits = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))
