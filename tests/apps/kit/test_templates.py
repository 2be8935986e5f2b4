"""The frame and the macros, in an app that has nothing of its own."""

import re
import sqlite3

import pytest
from flask import Flask, render_template_string

from gristmill.apps.kit.flask_app import create_flask_app

PAGE = """{% extends "kit/base.html" %}
{% block title %}Inbox{% endblock %}
{% block header %}<nav data-marks-current><a href="/">Inbox</a></nav>{% endblock %}
{% block data %} data-count="3"{% endblock %}
{% block content %}<h1>Letters</h1>{% endblock %}
{% block footer %}<footer>The end</footer>{% endblock %}"""
SIDED = """{% extends "kit/sided.html" %}
{% set layout = "kit/base.html" %}
{% set menu_name = "Folders" %}
{% set pages = [("inbox", "Inbox"), ("sent", "Sent")] %}
{% block title %}{{ self.heading() }} - Mail{% endblock %}
{% block heading %}Sent letters{% endblock %}
{% block body %}<p>None yet.</p>{% endblock %}"""
EXCHANGE = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = create_flask_app(__name__, "mail")
    app.add_url_rule("/", "inbox", lambda: render_template_string(PAGE))
    app.add_url_rule("/sent", "sent", lambda: render_template_string(SIDED))
    return app


@pytest.fixture
def render(app: Flask) -> object:
    def macro(call: str) -> str:
        name = call.partition("(")[0]
        with app.test_request_context():
            source = '{% from "kit/_macros.html" import ' + name + " %}{{ " + call + " }}"
            return re.sub(r"\s+", " ", render_template_string(source)).strip()

    return macro


def test_a_page_needs_no_files_of_its_own(app: Flask, corner: sqlite3.Connection) -> None:
    client = app.test_client()
    page = client.get("/").text

    assert "<title>Inbox</title>" in page
    assert '<main id="main" class="frame" data-count="3">' in page
    assert page.index("Skip to content") < page.index("<nav") < page.index("<h1>") < page.index("<footer>")
    links = re.findall(r'(?:href|src)="(/(?:assets|static)/[^"]+)"', page)
    assert [re.sub(r".*/|[?].*", "", link) for link in links] == [
        "default.css", "kit.css", "htmx.min.js", "exchange.js",
    ]  # fmt: skip
    for link in links:
        with client.get(link) as file:
            assert file.status_code == 200


def test_an_exchange_gets_the_title_and_main_alone(app: Flask, corner: sqlite3.Connection) -> None:
    page, part = app.test_client().get("/").text, app.test_client().get("/", headers=EXCHANGE).text

    assert re.findall(r"<(\w+)", part) == ["title", "main", "h1"]
    assert re.search(r"<main.*</main>", part, re.DOTALL)[0] in page  # type: ignore[index]


def test_a_page_beside_a_menu_marks_its_own_link(app: Flask, corner: sqlite3.Connection) -> None:
    page = app.test_client().get("/sent").text

    assert "<title>Sent letters - Mail</title>" in page
    assert '<nav class="side-menu" aria-label="Folders">' in page
    assert re.findall(r"<li>(.*?)</li>", page) == [
        '<a href="/">Inbox</a>', '<a href="/sent" aria-current="page">Sent</a>',
    ]  # fmt: skip
    assert re.sub(r"\s+", " ", page).count("<h1>Sent letters</h1> <p>None yet.</p>") == 1


def test_no_script_stands_in_the_page_itself(app: Flask, corner: sqlite3.Connection) -> None:
    assert re.findall(r"<script(?![^>]*src=)", app.test_client().get("/").text) == []


def test_a_field_is_labelled_and_described(render: object) -> None:
    html = render('field("to", "To", value="a", error="Enter a name.", hint="One name.", maxlength=9)')  # type: ignore[operator]

    assert '<label for="to">To</label>' in html
    assert 'aria-describedby="to-error to-hint" aria-invalid="true" maxlength="9"' in html
    assert '<p class="field-error" id="to-error">Enter a name.</p>' in html
    assert "aria-" not in render('field("to", "To")')  # type: ignore[operator]


def test_what_was_chosen_is_selected(render: object) -> None:
    html = render('select("sort", "Sort by", [("new", "Newest"), ("old", "Oldest")], value="old")')  # type: ignore[operator]

    assert re.findall(r"<option[^>]* selected>(.*?)<", html) == ["Oldest"]


@pytest.mark.parametrize(("kind", "role"), [("info", "status"), ("success", "status"), ("error", "alert")])
def test_a_message_has_the_role_of_its_kind(render: object, kind: str, role: str) -> None:
    assert f'role="{role}"' in render(f'message("Sent & done.", "{kind}")')  # type: ignore[operator]
    assert "Sent &amp; done." in render(f'message("Sent & done.", "{kind}")')  # type: ignore[operator]


def test_notices_leave_out_what_did_not_happen(render: object) -> None:
    assert render('notices(["Sent.", None, ""])').count('role="status"') == 1  # type: ignore[operator]


def test_an_error_summary_lists_each_message_and_is_nothing_without_any(render: object) -> None:
    assert render('error_summary({"to": "A", "body": "B"})').count("<li>") == 2  # type: ignore[operator]
    assert render("error_summary({})") == ""  # type: ignore[operator]


def test_pages_far_away_are_left_out_of_the_pagination(app: Flask) -> None:
    source = """{% from "kit/_macros.html" import pagination %}{% macro link(n) %}/?page={{ n }}{% endmacro %}
    {{ pagination(page, 20, link) }}"""
    with app.test_request_context():
        html = render_template_string(source, page=10)
        alone = render_template_string(source.replace("20", "1"), page=1)

    assert re.findall(r">(\w+)</a>", html) == ["Previous", "1", "8", "9", "10", "11", "12", "20", "Next"]
    assert re.findall(r'aria-current="page">(\d+)', html) == ["10"]
    assert "<nav" not in alone


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        ('menu("More", "menu")', ["<details", "<summary", "More", "<a>inside</a>"]),
        (
            'dialog("Delete it?")',
            ['role="dialog"', 'aria-labelledby="dialog-title"', "Delete it?", "<a>inside</a>"],
        ),
        ('empty("mail", "No letters")', ["<h2>No letters</h2>", "<a>inside</a>"]),
    ],
)
def test_boxes_hold_what_they_are_called_with(app: Flask, call: str, parts: list[str]) -> None:
    name = call.partition("(")[0]
    source = (
        '{% from "kit/_macros.html" import ' + name + " %}{% call " + call + " %}<a>inside</a>{% endcall %}"
    )
    with app.test_request_context():
        html = render_template_string(source)

    assert all(part in html for part in parts)
