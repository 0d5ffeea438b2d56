from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings
from django.http import Http404, HttpResponse
from django.template import engines
from django.utils import translation

from consortium.ui import gallery
from consortium.ui.templatetags import ui
from tests.ui.support import MAEBASHI, SHELL, request, used_templates
from tests.ui.test_templates import COMPONENTS

pytestmark = pytest.mark.urls("tests.ui.urls")


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.DEBUG = True


def show(**kwargs: object) -> HttpResponse:
    return gallery.Gallery.as_view()(request(**kwargs)).render()


def test_every_component_is_shown():
    with used_templates() as used:
        show()
    shown = {name for name in used if name.startswith("ui/components/")}
    assert {f"ui/components/{path.name}" for path in COMPONENTS} - shown == set()


def test_closed_to_others(settings: LazySettings):
    settings.DEBUG = False
    with pytest.raises(Http404):
        show()


def test_the_frame_shows_whose_data_it_is():
    html = show().content.decode()
    assert "前橋市" in html
    assert "102016" in html
    assert html.count('<input type="hidden" name="code"') == 2
    assert 'aria-current="page"' in html
    assert '<html lang="ja">' in html
    assert '<span lang="en">English</span>' in html


def test_frame_without_anybody(settings: LazySettings):
    html = show(shell=None).content.decode()
    assert "site-nav" not in html
    assert "サインアウト" not in html


def test_demo_banner(settings: LazySettings):
    settings.DEMO = True
    assert "架空のデモデータです" in show().content.decode()
    settings.DEMO = False
    assert "架空のデモデータです" not in show().content.decode()


def test_page_language_follows_the_reader():
    with translation.override("en"):
        assert '<html lang="en">' in show().content.decode()


def test_a_wrong_form_answers_422_with_a_summary():
    answer = show(data={"name": ""})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_pagination_keeps_the_query():
    html = show(path="/ui/?q=バス&page=4").content.decode()
    assert "q=%E3%83%90%E3%82%B9&amp;page=5" in html


def test_component_bodies_are_escaped_as_in_the_caller():
    source = '{% load ui %}{% component "card" title=bad %}{{ bad }}{% endcomponent %}'
    html = engines["django"].from_string(source).render({"bad": "<b>"}, request())
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") == 2


def test_switching_is_offered_where_there_is_somewhere_else_to_go():
    assert SHELL.switches
    assert not replace(SHELL, tenants=(MAEBASHI,)).switches
    assert not replace(SHELL, switch_url="").switches
    html = show(shell=replace(SHELL, tenant=None)).content.decode()
    assert "団体を選択" in html
    assert "高崎市" in html


def test_dates_name_the_year_in_both_calendars():
    late = datetime(2019, 4, 30, 16, tzinfo=UTC)  # 1 May in Japan, the first day of 令和
    with translation.override("ja"):
        assert ui.calendar_date(date(2026, 6, 30)) == "2026年6月30日(令和8年)"
        assert ui.calendar_date(late) == "2019年5月1日(令和元年)"
        assert ui.calendar_date(None) == ""
    with translation.override("en"):
        assert ui.calendar_date(date(2026, 6, 30)) == "June 30, 2026"
