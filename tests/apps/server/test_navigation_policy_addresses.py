"""Which addresses an agent may open."""

import pytest

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.errors import ActionError

HERE = "http://shop.test/p/lamp?size=L#reviews"


@pytest.fixture
def addresses() -> Addresses:
    return Addresses(["shop", "mail"])


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("/cart", "http://shop.test/cart"),
        ("kettle", "http://shop.test/p/kettle"),
        ("../cart", "http://shop.test/cart"),
        ("../../../cart", "http://shop.test/cart"),
        ("?size=S", "http://shop.test/p/lamp?size=S"),
        ("#top", "http://shop.test/p/lamp?size=L#top"),
        ("http://shop.test/cart", "http://shop.test/cart"),
        ("http://shop.test", "http://shop.test/"),
        ("HTTP://shop.test/cart", "http://shop.test/cart"),
        ("//mail.test/inbox", "http://mail.test/inbox"),
        ("http://mail.test/inbox", "http://mail.test/inbox"),
    ],
)
def test_pages_of_the_apps_may_be_opened(addresses: Addresses, url: str, full: str) -> None:
    assert addresses.resolve(url, HERE) == full


@pytest.mark.parametrize(
    "url", ["http://SHOP.test/cart", "http://shop.test:80/cart", "HTTP://Shop.Test/cart"]
)
def test_other_spellings_of_an_origin_are_that_origin(addresses: Addresses, url: str) -> None:
    assert addresses.resolve(url, HERE) == "http://shop.test/cart"


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.test/",
        "http://chat.test/",
        "https://shop.test/",
        "ftp://shop.test/",
        "ws://shop.test/",
        "//evil.test/",
        "http://shop.test@evil.test/",
        "http://shop.test:80@evil.test/",
        "http://user@shop.test/",
        "http://user:secret@shop.test/",
        "http://shop.test:8080/",
        "http://shop.test:x/",
        "http://shop.test:99999/",
        "http://shop.test./",
        "http://shop.test.evil.test/",
        "http://evilshop.test/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[shop.test/",
        "///evil.test/",
        "http:///evil.test/",
        "/\\evil.test/",
        "\\\\evil.test/",
        "http:\\\\evil.test/",
        "\\/evil.test",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "FILE:///etc/passwd",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "chrome://settings",
        "chrome-extension://x/",
        "devtools://devtools/",
        "view-source:http://shop.test/",
        "about:blank",
        "blob:http://shop.test/1",
        "filesystem:http://shop.test/x",
        "mailto:ada@mail.test",
    ],
)
def test_everything_else_is_refused_by_name(addresses: Addresses, url: str) -> None:
    with pytest.raises(ActionError) as refused:
        addresses.resolve(url, HERE)
    assert url[:20] in str(refused.value)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/%5cevil.test", "/%5cevil.test"),
        ("http://shop.test\\@evil.test/", "/@evil.test/"),
        ("http://shop.test\\.evil.test/", "/.evil.test/"),
        ("http://shop。test/", "/"),
        ("\\cart", "/cart"),
        ("/a/%2e%2e/b", "/b"),
        ("/a/%2E/b", "/a/b"),
        ("/a\\..\\b", "/b"),
        ("/a|b?c|d#e|f", "/a%7Cb?c|d#e|f"),
        ("/a^b`c{d}", "/a%5Eb%60c%7Bd%7D"),
        ("/a?q='x'&r=[|]", "/a?q=%27x%27&r=[|]"),
        ("/é?ü#ö", "/%C3%A9?%C3%BC#%C3%B6"),
        ("/a%zz%4", "/a%zz%4"),
        ("/a#", "/a#"),
        ("/a?", "/a?"),
    ],
)
def test_addresses_are_spelled_as_browsers_do(addresses: Addresses, url: str, path: str) -> None:
    assert addresses.resolve(url, HERE) == f"http://shop.test{path}"


def test_an_address_with_lone_surrogates_is_refused_in_words_that_can_be_written_out(
    addresses: Addresses,
) -> None:
    with pytest.raises(ActionError) as refused:
        addresses.resolve("/\ud800", HERE)
    str(refused.value).encode()


def test_membership_is_by_whole_origin(addresses: Addresses) -> None:
    assert "http://shop.test/" in addresses
    assert "http://mail.test/inbox" in addresses
    for foreign in (
        "http://shop.test.evil/",
        "http://shop.tes",
        "chrome-error://chromewebdata/",
        "about:blank",
        "",
    ):
        assert foreign not in addresses


def test_the_start_page_of_an_app_is_its_root(addresses: Addresses) -> None:
    assert addresses.start_of("mail") == "http://mail.test/"


@pytest.mark.parametrize("app", ["chat", "", "Shop", "http://shop.test", "x" * 5_000])
def test_an_app_outside_the_task_is_refused_with_those_there_are(addresses: Addresses, app: str) -> None:
    with pytest.raises(ActionError, match=r"Available: shop, mail\.") as refused:
        addresses.start_of(app)
    assert len(str(refused.value)) < 200


def test_without_apps_nothing_may_be_opened() -> None:
    with pytest.raises(ActionError):
        Addresses().resolve("/", "about:blank")
    assert "http://shop.test/" not in Addresses()
