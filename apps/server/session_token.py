"""How a request tells which session it belongs to: by a header, or among the languages it asks for.

Browsers tell their languages with every request of a page, its workers and frames. To have one send a
header of ours besides, it must be asked to report each request, which costs more than the header is worth.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOKEN_HEADER = "X-Gristmill-Session"
TOKEN_KEY = "HTTP_X_GRISTMILL_SESSION"  # the same in a WSGI environment
LANGUAGE = "en-US"
TOKEN_MARK = ",x-gristmill-"


def accept_language_with(token: str) -> str:
    """What a browser is to send as its languages in the session of this token."""
    return f"{LANGUAGE}{TOKEN_MARK}{token}"


def pop_token(environ: "WSGIEnvironment") -> str | None:
    """The token that a request comes with. Its languages are from now on what they would be without."""
    languages, mark, rest = environ.get("HTTP_ACCEPT_LANGUAGE", "").partition(TOKEN_MARK)
    if not mark:
        token: str | None = environ.get(TOKEN_KEY)
        return token
    environ["HTTP_ACCEPT_LANGUAGE"] = languages
    return str(rest.partition(";")[0])
