"""In-process HTTP client: WSGI calls without a socket; follows redirects."""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from werkzeug.http import parse_date

from gristmill.apps.server.navigation_policy import (
    MAX_REDIRECTS,
    REDIRECTS,
    Addresses,
    outside_apps,
    parsed,
    spelled,
    too_many_redirects,
)
from gristmill.apps.server.session_pool import LANGUAGE, TOKEN_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SHORT = 500
PAGE = "text/html,*/*;q=0.8"
SHEET = "text/css,*/*;q=0.1"
FORM_TYPE = "application/x-www-form-urlencoded"
FIXED_ENVIRON = {
    "SCRIPT_NAME": "",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_ACCEPT_LANGUAGE": LANGUAGE,
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """A request.

    `referrer` is the requesting page; with `is_boosted`, htmx would send it in a browser, without the `?`
    of an empty query.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = FORM_TYPE
    referrer: str = ""
    is_boosted: bool = False
    accept: str = PAGE


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpResponse:
    """The final response, after redirects."""

    url: str
    status: int
    content_type: str
    cache_control: str
    body: bytes


class HttpClient:
    """Sends requests to the app clones of one session; keeps their cookies."""

    def __init__(self, dispatcher: "WSGIApplication", token: str, addresses: Addresses) -> None:
        self._dispatcher, self._token, self._addresses = dispatcher, token, addresses
        self.cookies: dict[str, dict[str, str]] = {}

    def open(self, request: HttpRequest) -> HttpResponse:
        """Send a request and follow redirects.

        Raises:
            ActionError: it leads outside the apps, or exceeds the redirect limit.
        """
        for _ in range(MAX_REDIRECTS + 1):
            if request.url not in self._addresses:
                raise outside_apps(request.url)
            status, headers, body = self._send(request)
            target = headers.get("location")
            if status not in REDIRECTS or target is None:
                return HttpResponse(
                    url=without_bare_query(request.url) if request.is_boosted else request.url,
                    status=status,
                    content_type=headers.get("content-type", ""),
                    cache_control=headers.get("cache-control", ""),
                    body=body,
                )
            request = redirected(request, status, resolve(target, request.url))
        raise too_many_redirects()

    def _send(self, request: HttpRequest) -> tuple[int, dict[str, str], bytes]:
        """One call of the WSGI application."""
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None, /) -> object:
            head.append((status, headers))
            return lambda _: None

        body = b"".join(self._dispatcher(self._environ(request), start_response))  # type: ignore[arg-type]
        status, headers = head[-1]
        self._keep_cookies(request, headers)
        return int(status[:3]), {name.lower(): value for name, value in headers}, body

    def _environ(self, request: HttpRequest) -> "WSGIEnvironment":
        parts = urlsplit(request.url)
        environ: WSGIEnvironment = {
            **FIXED_ENVIRON,
            "REQUEST_METHOD": request.method,
            "HTTP_ACCEPT": request.accept,
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "",
            "HTTP_HOST": parts.netloc,
            TOKEN_KEY: self._token,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
        }
        if request.method == "POST":
            environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"] = request.content_type, str(len(request.body))
        if request.referrer:
            environ["HTTP_REFERER"] = request.referrer
        if cookies := self.cookies.get(parts.netloc):
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return environ

    def _keep_cookies(self, request: HttpRequest, headers: list[tuple[str, str]]) -> None:
        for header in [value for name, value in headers if name.lower() == "set-cookie"]:
            kept = self.cookies.setdefault(urlsplit(request.url).netloc, {})
            pair, *attributes = header.split(";")
            name, value = split_pair(pair)
            if is_removed(dict(split_pair(each.lower()) for each in attributes)):
                kept.pop(name, None)
            elif name:
                kept[name] = value


def split_pair(text: str) -> tuple[str, str]:
    """Name and value of one part of a `Set-Cookie` header (RFC 6265, section 5.2): the value as it stands."""
    name, _, value = text.partition("=")
    return name.strip(" \t"), value.strip(" \t")


def is_removed(attributes: Mapping[str, str]) -> bool:
    """Whether a cookie with these attributes has ended as it is set; `Max-Age` goes before `Expires`."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return int(age) <= 0
    ends = parse_date(attributes.get("expires"))
    return ends is not None and ends.timestamp() <= 0


def without_bare_query(url: str) -> str:
    """A URL without the `?` of an empty query."""
    address, hash_, place = url.partition("#")
    return address.removesuffix("?") + hash_ + place


def redirected(request: HttpRequest, status: int, url: str) -> HttpRequest:
    """The request after a redirect: a GET, unless the status preserves the method.

    The fragment is the new URL's, or else the old one's; htmx, which fetches, gets to see neither.
    """
    place = request.url.partition("#")[2]
    url = f"{url}#{place}" if place and "#" not in url else url
    url = url.partition("#")[0] if request.is_boosted else url
    if status in {307, 308}:
        return replace(request, url=url)
    return HttpRequest(url=url, referrer=request.referrer, is_boosted=request.is_boosted)


def resolve(target: str, base: str) -> str:
    """Resolve and normalize a URL as browsers do, keeping its fragment; the target itself if invalid."""
    return (short_resolved if len(target) <= SHORT else resolved)(target, base)


def resolved(target: str, base: str) -> str:
    """The same without caching."""
    found = parsed(target, base)
    return target if found is None else spelled(found)


short_resolved = lru_cache(maxsize=8192)(resolved)
