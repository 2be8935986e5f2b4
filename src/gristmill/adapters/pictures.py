"""Pictures as protocols carry them."""

import base64


def base64_png(png: bytes) -> str:
    """The bytes of a picture as base64 text."""
    return base64.b64encode(png).decode("ascii")
