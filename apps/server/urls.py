"""Addresses as browsers read and spell them (WHATWG URL standard)."""

import ada_url


def parsed(url: str, base: str = "") -> ada_url.URL | None:
    """The parts of an address, seen from the page at `base`; None if it is none."""
    try:
        return ada_url.URL(url, base=base or None)
    except ValueError:
        return None


def spelled(address: ada_url.URL) -> str:
    """An address in full, as Chromium writes it: other than the standard, it escapes `|` in paths."""
    full = str(address.href)
    if "|" not in full or address.protocol not in {"http:", "https:"}:
        return full
    ends = [at for at in (full.find("?"), full.find("#")) if at >= 0]
    end = min(ends, default=len(full))
    return full[:end].replace("|", "%7C") + full[end:]
