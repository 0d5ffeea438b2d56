"""Where one arrives, and switching."""

import re

import pytest


class TestHome:
    def test_anonymous_is_asked_to_sign_in(self, client, db):
        assert client.get("/").url == "/accounts/login/?next=/"

    def test_without_post_one_is_told(self, client_for, stranger):
        response = client_for(stranger).get("/")
        assert response.status_code == 200
        assert "担当がありません" in response.content.decode()

    def test_one_place_is_opened(self, client_for, staff, maebashi):
        assert client_for(staff(maebashi, "editor")).get("/").url == "/m/102016/"

    def test_secretary_goes_to_the_body(self, client_for, secretary):
        assert client_for(secretary).get("/").url == "/secretariat/"

    def test_several_are_offered(self, client_for, staff, maebashi, takasaki):
        user = staff(maebashi, "editor")
        staff(takasaki, "editor", user=user)
        page = client_for(user).get("/").content.decode()
        assert "前橋市(102016)" in page
        assert "高崎市(102024)" in page


class TestTenantHome:
    @pytest.mark.parametrize("role", ["administrator", "editor", "approver", "counter"])
    def test_shows_whose_page_it_is(self, client_for, staff, maebashi, role):
        page = client_for(staff(maebashi, role)).get("/m/102016/").content.decode()
        assert "対応が必要" in page
        assert "102016" in page
        assert ("/m/102016/staff/" in page) == (role == "administrator")

    def test_navigation_marks_where_one_is(self, client_for, staff, maebashi):
        page = client_for(staff(maebashi, "editor")).get("/m/102016/members/").content.decode()
        assert page.count('class="site-nav__link" href="/m/102016/members/" aria-current="page"') == 1
        assert 'href="/m/102016/" aria-current="page"' not in page

    @pytest.mark.parametrize(
        ("path", "trail"),
        [
            ("/m/102016/", []),
            ("/m/102016/staff/", ["ホーム", "職員"]),
            ("/m/102016/staff/invite/", ["ホーム", "職員", "招待"]),
            ("/m/102016/audit/", ["ホーム", "操作記録"]),
            ("/accounts/", ["ホーム", "アカウントとセキュリティ"]),
            ("/accounts/notifications/", ["ホーム", "アカウントとセキュリティ", "お知らせの受け取り方"]),
            ("/accounts/sessions/", ["ホーム", "アカウントとセキュリティ", "サインイン中の端末"]),
        ],
    )
    def test_every_page_but_home_says_where_it_is(self, client_for, staff, maebashi, path, trail):
        page = client_for(staff(maebashi, "administrator")).get(path).content.decode()
        shown = re.search(r'<nav class="breadcrumb".*?</nav>', page, re.DOTALL)
        assert re.findall(r">([^<>\n]+)</(?:a|span)>", shown[0] if shown else "") == trail
        assert page.count('class="site-nav__list"') == 1

    def test_english(self, client_for, staff, maebashi):
        client = client_for(staff(maebashi, "editor"))
        client.post("/i18n/setlang/", {"language": "en", "next": "/"})
        assert '<html lang="en">' in client.get("/m/102016/").content.decode()


class TestSwitch:
    def test_anonymous_is_asked_to_sign_in(self, client, db):
        assert client.post("/switch/", {"code": "102016"}).status_code == 302

    def test_only_by_post(self, client_for, staff, maebashi):
        assert client_for(staff(maebashi, "editor")).get("/switch/").status_code == 405

    @pytest.mark.parametrize("code", ["102024", "", "nonsense"])
    def test_only_to_a_place_of_ones_own(self, client_for, staff, maebashi, code):
        assert client_for(staff(maebashi, "editor")).post("/switch/", {"code": code}).status_code == 404

    def test_to_the_secretariat(self, client_for, secretary):
        assert client_for(secretary).post("/switch/", {"code": ""}).url == "/secretariat/"

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/m/102016/", "//evil.example", "/m/102024/", "/m/102016/../../x"]
    )
    def test_never_leads_elsewhere(self, client_for, staff, maebashi, elsewhere):
        response = client_for(staff(maebashi, "editor")).post(
            "/switch/", {"code": "102016", "next": elsewhere}
        )
        assert response.url.startswith("/m/102016/")


def test_anybody_may_choose_the_language(client, db):
    assert client.post("/i18n/setlang/", {"language": "en", "next": "/apply/"}).url == "/apply/"
