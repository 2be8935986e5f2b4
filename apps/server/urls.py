"""URL parsing and serialization as in browsers (WHATWG URL standard)."""

import ada_url


def parsed(url: str, base: str = "") -> ada_url.URL | None:
    """Parse a URL relative to `base`; None if it is invalid."""
    try:
        return ada_url.URL(url, base=base or None)
    except ValueError:
        return None


def spelled(address: ada_url.URL) -> str:
    """Serialize a URL as Chromium does: unlike the standard, it escapes `|` in paths."""
    full = str(address.href)
    if "|" not in full or address.protocol not in {"http:", "https:"}:
        return full
    ends = [at for at in (full.find("?"), full.find("#")) if at >= 0]
    end = min(ends, default=len(full))
    return full[:end].replace("|", "%7C") + full[end:]
