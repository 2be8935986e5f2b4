"""URL parsing and serialization as in browsers (WHATWG URL standard)."""

from functools import lru_cache

import ada_url

SHORT = 2000  # longer URLs are not cached


def parsed(url: str, base: str = "") -> ada_url.URL | None:
    """Parse a URL relative to `base`; None if it is invalid."""
    try:
        return ada_url.URL(url, base=base or None)
    except ValueError:
        return None


def scheme_of(url: str) -> str:
    """The scheme of a URL, such as `http`; empty if it is invalid."""
    return (known_scheme if len(url) <= SHORT else read_scheme)(url)


def read_scheme(url: str) -> str:
    """The same without caching, for long URLs."""
    address = parsed(url)
    return "" if address is None else str(address.protocol).removesuffix(":")


def origin_of(url: str, base: str) -> str:
    """Scheme and host of a URL relative to `base`; empty if it is invalid."""
    return (known_origin if len(url) + len(base) <= SHORT else read_origin)(url, base)


def read_origin(url: str, base: str) -> str:
    """The same without caching, for long URLs."""
    address = parsed(url, base)
    return "" if address is None else f"{address.protocol}//{address.host}"


known_scheme, known_origin = lru_cache(maxsize=1024)(read_scheme), lru_cache(maxsize=1024)(read_origin)


def spelled(address: ada_url.URL) -> str:
    """Serialize a URL as Chromium does: unlike the standard, it escapes `|` in paths."""
    full = str(address.href)
    if "|" not in full or address.protocol not in {"http:", "https:"}:
        return full
    ends = [at for at in (full.find("?"), full.find("#")) if at >= 0]
    end = min(ends, default=len(full))
    return full[:end].replace("|", "%7C") + full[end:]
