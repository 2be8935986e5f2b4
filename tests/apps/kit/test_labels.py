"""Labels of controls: each app has a text for each of its keys in each wording, and shows it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gristmill.apps import chat, mail, shop
from gristmill.apps.chat.control_labels import LABELS as CHAT
from gristmill.apps.kit.labels import WORDINGS, Labels, worded
from gristmill.apps.kit.skins import SKINS
from gristmill.apps.mail.control_labels import LABELS as MAIL
from gristmill.apps.shop.control_labels import LABELS as SHOP
from gristmill.errors import PluginError

TABLES = [(shop, SHOP), (mail, MAIL), (chat, CHAT)]
each_app = pytest.mark.parametrize(("app", "labels"), TABLES, ids=["shop", "mail", "chat"])


@each_app
def test_every_label_has_a_different_text_in_each_wording(app: object, labels: Labels) -> None:
    for key, texts in labels.items():
        assert len(set(texts)) == WORDINGS, key


@each_app
def test_templates_use_the_labels_that_there_are_and_no_others(app: object, labels: Labels) -> None:
    folder = Path(str(app.__file__)).parent  # type: ignore[attr-defined]
    sources = [*folder.rglob("*.html"), *folder.rglob("views/*.py")]
    used = {key for path in sources for key in re.findall(r'label_text\("([a-z-]+)"\)', path.read_text())}
    assert used == labels.keys()


def test_a_key_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(PluginError, match=r"no label 'send'\. Available: save\."):
        worded({"save": ("Save",)}, "send", 0)
    assert worded({"save": ("Save",)}, "save", 2) == "Save"


@pytest.mark.parametrize("skin", SKINS)
def test_pages_of_the_shop_show_labels_in_the_skins_wording(
    shopper: FlaskClient, corner: sqlite3.Connection, arrange: Callable[[str], None], skin: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    text = shopper.get("/cart").text
    for wording, name in enumerate(SHOP["orders"]):
        assert (f"<b>{name}</b>" in text) == (wording == SKINS[skin].wording)
