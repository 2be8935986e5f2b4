"""What a page has been through: pages with equal histories look the same."""

from hashlib import blake2b


class TrajectoryHash:
    """A digest of all that was done since an episode began or went on, and of what came of it.

    That the same rows, actions and viewport show the same pixels is what the determinism of episodes
    promises. A fresh one is unknown until an episode begins.
    """

    def __init__(self) -> None:
        self._digest: bytes | None = None

    def begin(self, *facts: object) -> None:
        """A history begins with these facts; their `repr` tells them from all others."""
        self._digest = digest(b"", facts)

    def add(self, *facts: object) -> None:
        """Something more happened."""
        if self._digest is not None:
            self._digest = digest(self._digest, facts)

    def key(self, *seen: object) -> bytes | None:
        """What stands for it, told by what is seen of the page as well; None if it is unknown."""
        return None if self._digest is None else digest(self._digest, seen)


def digest(before: bytes, facts: tuple[object, ...]) -> bytes:
    """A digest of facts that follow another one."""
    return blake2b(before + repr(facts).encode(errors="surrogatepass"), digest_size=16).digest()
