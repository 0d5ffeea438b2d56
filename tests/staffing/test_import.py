"""Inviting staff from a file: checked first, all or none, mailed by a job."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import StaffInvitation, StaffPost, User, today
from consortium.membership.queries import current
from consortium.staffing.actions import Invited, invite_many
from consortium.tenancy import context

IMPORT = "/m/102016/staff/import/"
HEADING = "メールアドレス,氏名,ふりがな,課,役割,開始日\r\n"
FIVE = HEADING + "".join(
    f"new{n}@city.maebashi.example,職員 {n},しょくいん,情報政策課,{'起案者、' * (n == 1)}決裁者,\r\n"
    for n in range(1, 6)
)


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def client(client_for, administrator):
    return client_for(administrator)


def upload(client, text, encoding="utf-8"):
    file = SimpleUploadedFile("職員.csv", text.encode(encoding))
    return client.post(IMPORT, {"file": file})["Location"]


def invitations(municipality):
    with context.tenant(municipality.pk):
        return list(StaffInvitation.objects.filter(revoked_at=None).order_by("email"))


def test_member_may_not(client_for, staff, maebashi, acting):
    editor = staff(maebashi, "editor")
    assert client_for(editor).get(IMPORT).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        invite_many(by=actor, people=[])


def test_form_to_fill_in(client):
    answer = client.get(f"{IMPORT}form/?form=csv")
    assert "メールアドレス" in answer.content.decode("utf-8-sig")


def test_only_the_last_files_wait(client):
    first, *others = [upload(client, FIVE) for _ in range(4)]
    assert client.get(first)["Location"] == IMPORT
    assert [client.get(one).status_code for one in others] == [200, 200, 200]


def test_asks_for_a_recent_proof_before_it_invites(client_for, administrator, maebashi):
    client = client_for(administrator, recent=False)
    check = upload(client, FIVE)
    assert client.get(check).status_code == 200
    assert client.post(check)["Location"].startswith("/accounts/confirm/")
    assert invitations(maebashi) == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_five_people_are_invited(client, maebashi, encoding, mailbox):
    check = upload(client, FIVE, encoding)
    page = client.get(check).content.decode()
    assert "職員 5" in page and "起案者、決裁者" in page
    assert invitations(maebashi) == []
    assert client.post(check).url == "/m/102016/staff/"
    first, *others = invitations(maebashi)
    assert (first.email, first.roles, first.department) == (
        "new1@city.maebashi.example",
        ["editor", "approver"],
        "情報政策課",
    )
    assert len(others) == 4
    assert len(mailbox()) == 5


def test_accepting_gives_all_roles_from_the_day(maebashi, administrator, acting, mailbox):
    day = today() + timedelta(days=30)
    one = Invited("april@city.maebashi.example", "四月 太郎", ["editor", "counter"], "しがつ", "課", day)
    with acting(administrator, maebashi) as actor:
        invite_many(by=actor, people=[one])
    path = re.search(r"/m/102016/invitations/[\w-]+/", mailbox()[-1].body)[0]
    guest = Client()
    answer = guest.post(path, {"name": "四月 太郎", "password": "とても長い合言葉です123"})
    assert answer.status_code == 302
    user = User.objects.get(email=one.email)
    assert user.kana == "しがつ"
    with context.tenant(maebashi.pk):
        posts = StaffPost.objects.filter(user=user)
        assert sorted(posts.values_list("role", flat=True)) == ["counter", "editor"]
        assert set(posts.values_list("starts_on", "department")) == {(day, "課")}
        assert not current(posts).exists()
        assert current(posts, day).count() == 2


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("a@x.example,甲,,,市長,", "「市長」という役割はありません"),
        ("not-an-address,甲,,,起案者,", "形が正しくありません"),
        (",甲,,,起案者,", "空欄です"),
        ("a@x.example,,,,起案者,", "空欄です"),
        ("a@x.example,甲,,,起案者,来月", "日付ではありません"),
        ("a@x.example,甲,,,起案者,\r\nA@X.example,乙,,,決裁者,", "2行目と同じ内容の行"),
    ],
)
def test_errors_are_told_by_row_and_nothing_is_imported(client, maebashi, row, text):
    check = upload(client, f"{HEADING}{row}\r\n")
    assert text in client.get(check).content.decode()
    assert text in client.get(f"{check}problems/").content.decode("utf-8-sig")
    assert client.post(check).status_code == 422
    assert invitations(maebashi) == []


def test_who_serves_already_is_told(client, administrator):
    page = client.get(upload(client, f"{HEADING}{administrator.email},甲,,,起案者,\r\n")).content.decode()
    assert "既に職員です(管理者)" in page


def test_the_same_file_again_changes_nothing(client, maebashi, administrator, acting):
    client.post(upload(client, FIVE))
    before = [one.pk for one in invitations(maebashi)]
    check = upload(client, FIVE + "\r\n")
    client.post(check, {"again": "on"})
    assert [one.pk for one in invitations(maebashi)] == before


def test_atomic(maebashi, administrator, acting, monkeypatch):
    calls = []

    def fail(**kwargs):
        calls.append(kwargs)
        if len(calls) == 3:
            raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.membership.actions.invitations.record", fail)
    people = [Invited(f"p{n}@x.example", "甲", ["editor"]) for n in range(5)]
    with acting(administrator, maebashi) as actor, pytest.raises(RuntimeError):
        invite_many(by=actor, people=people)
    assert invitations(maebashi) == []


def test_each_is_recorded(maebashi, administrator, acting):
    with acting(administrator, maebashi) as actor:
        invite_many(by=actor, people=[Invited("p@x.example", "甲", ["editor"])])
        assert Event.objects.filter(action="staff.invited").count() == 1
