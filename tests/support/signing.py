"""A neighbour who signs packages with a key that everybody knows: for tests alone, nothing on disk."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.designing.signing import Signer


class KnownSigner(Signer):
    """Signs with the key that is all zeros."""

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes(32))


NEIGHBOUR = KnownSigner(Path("nowhere"))
