"""The journey's reading of pages and filling of forms."""

import pytest

from deploy.demo.journey.browser import Page
from deploy.demo.journey.html import Form, Node, data_block, forms, parse
from deploy.demo.state import StepError

PAGE = """<!doctype html><html><head><title>t</title></head><body>
<header><form method="post" action="/switch/"><input name="code" value="102016"><button>移動</button></form>
<main><h1>職員を <b>招待</b>する</h1>
<p>a<br>b<script>ignored()</script>
<form method="post" id="f"><input type="hidden" name="csrf" value="x&amp;y">
  <input name="code"><textarea name="note">
first
second</textarea>
  <select name="year"><option value="1">one</option><option value="2" selected>two</option></select>
  <select name="many" multiple><option>a</option><option>b</option></select>
  <label><input type="radio" name="role" value="editor"></label>
  <label><input type="radio" name="role" value="approver" checked></label>
  <input type="checkbox" name="agree"><input type="checkbox" name="mail" value="yes" checked>
  <input name="gone" disabled>
  <button name="do" value="save">保存</button><button name="do" value="add:x">追加</button>
</form><button form="f" name="do" value="send">送信</button>
<a href="next/?a=1">次の ページ</a></main></header>
<script id="options" type="application/json">{"challenge": "\\u003c1"}</script></body></html>"""


@pytest.fixture
def node() -> Node:
    return parse(PAGE)


@pytest.fixture
def page(node: Node) -> Page:
    return Page("http://localhost/a/b/", 200, PAGE, PAGE.encode(), {}, node)


@pytest.fixture
def form(node: Node) -> Form:
    return forms(node)[0]


def test_the_forms_of_the_content_come_before_those_of_the_frame(node: Node) -> None:
    assert [form.action for form in forms(node)] == ["", "/switch/"]


def test_an_untouched_form_sends_what_a_browser_would(form: Form) -> None:
    assert form.filled() == [
        ("csrf", "x&y"),
        ("code", ""),
        ("note", "first\nsecond"),
        ("year", "2"),
        ("role", "approver"),
        ("mail", "yes"),
    ]


def test_only_the_pressed_button_is_sent(form: Form) -> None:
    assert ("do", "add:x") in form.filled(do="add:x")
    assert ("do", "send") in form.filled(do="send"), "a button outside that names the form"


def test_several_values_of_one_name(form: Form) -> None:
    assert [pair for pair in form.filled(many=["a", "b"]) if pair[0] == "many"] == [
        ("many", "a"),
        ("many", "b"),
    ]


@pytest.mark.parametrize("entries", [{"unknown": "1"}, {"gone": "1"}, {"year": "3"}, {"role": "admin"}])
def test_nobody_can_enter_what_the_page_does_not_offer(form: Form, entries: dict[str, str]) -> None:
    with pytest.raises(StepError):
        form.filled(**entries)


def test_a_page_is_read_as_it_is_seen(page: Page) -> None:
    assert page.heading == "職員を 招待 する"
    assert "ignored" not in page.main
    assert page.link("次の ページ") == "http://localhost/a/b/next/?a=1"
    assert page.find_form(button="移動").action == "/switch/"


def test_what_is_missing_is_named_with_the_page(page: Page) -> None:
    with pytest.raises(StepError, match=r"/a/b/.*招待.*password"):
        page.find_form("password")
    with pytest.raises(StepError, match="公表しました"):
        page.says("公表しました")
    with pytest.raises(StepError, match="前の"):
        page.link("前の")


def test_data_for_scripts(node: Node) -> None:
    assert data_block(node, "options") == {"challenge": "<1"}
    with pytest.raises(StepError):
        data_block(node, "other")
