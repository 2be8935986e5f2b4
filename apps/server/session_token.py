"""The session token, carried by requests in a header or in Accept-Language.

Browsers send Accept-Language with every request of a page, its workers and frames. Adding a custom header
instead would require intercepting each request, which costs more.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOKEN_HEADER = "X-Gristmill-Session"
TOKEN_KEY = "HTTP_X_GRISTMILL_SESSION"  # its key in a WSGI environ
LANGUAGE = "en-US"
TOKEN_MARK = ",x-gristmill-"


def accept_language_with(token: str) -> str:
    """The Accept-Language value that carries this token."""
    return f"{LANGUAGE}{TOKEN_MARK}{token}"


def pop_token(environ: "WSGIEnvironment") -> str | None:
    """Remove and return a request's token; restores the Accept-Language value without it."""
    languages, mark, rest = environ.get("HTTP_ACCEPT_LANGUAGE", "").partition(TOKEN_MARK)
    if not mark:
        token: str | None = environ.get(TOKEN_KEY)
        return token
    environ["HTTP_ACCEPT_LANGUAGE"] = languages
    return str(rest.partition(";")[0])
