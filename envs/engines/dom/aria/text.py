"""White space as JavaScript defines it, which differs from Python's."""

import re

ODD = re.compile("[\x1c-\x1f\x85\u200b\u00ad\ufeff\u00a0]")
SPACE = re.compile("[\t\n\v\f\r \u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
WIDE_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
INVISIBLE = {0x200B: None, 0xAD: None}
JS_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
BLANK = frozenset({"", " ", "  "})
JS_SPACES += "\u2028\u2029\u202f\u205f\u3000\ufeff"


def collapsed(text: str) -> str:
    """Collapse white space to single spaces and trim, by JavaScript's definition."""
    if text in BLANK:
        return ""
    if (text.isascii() and text.isprintable()) or not ODD.search(text):
        return " ".join(text.split())
    return WIDE_SPACE.sub(" ", text.translate(INVISIBLE).strip(JS_SPACES))


def flat(text: str) -> str:
    """The same for names, which keep no-break spaces."""
    if (text.isascii() and text.isprintable()) or not ODD.search(text):
        return " ".join(text.split())
    chunks = [SPACE.sub(" ", chunk.translate(INVISIBLE)) for chunk in text.split("\xa0")]
    return "\xa0".join(chunks).strip(JS_SPACES)
