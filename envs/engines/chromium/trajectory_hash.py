"""Trajectory hash: pages with equal hashes look the same."""

from hashlib import blake2b


class TrajectoryHash:
    """A digest of an episode so far: its start state, each action and the state it was performed in.

    Determinism guarantees that equal rows, actions and viewport give equal pixels. The hash is undefined
    until an episode begins.
    """

    def __init__(self) -> None:
        self._digest: bytes | None = None

    def begin(self, *facts: object) -> None:
        """Start from these facts, identified by their `repr`."""
        self._digest = digest(b"", facts)

    def add(self, *facts: object) -> None:
        """Append facts."""
        if self._digest is not None:
            self._digest = digest(self._digest, facts)

    def key(self, *facts: object) -> bytes | None:
        """The hash extended by facts of the current page; None if undefined."""
        return None if self._digest is None else digest(self._digest, facts)


def digest(before: bytes, facts: tuple[object, ...]) -> bytes:
    """Chain a digest with further facts."""
    return blake2b(before + repr(facts).encode(errors="surrogatepass"), digest_size=16).digest()
