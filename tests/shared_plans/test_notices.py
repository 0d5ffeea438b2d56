"""Who is told what as a plan goes its way, and where the link leads."""

from shared_plans.actions import (
    Sharing,
    adopt_plan,
    publish_plan,
    return_plan,
    revise_plan,
    share_plan,
    submit_plan,
)
from shared_plans.models import Visibility
from tests.factories import acting


def said(messages, user):
    """(subject, body) of each mail to the user."""
    return [(one.subject, one.body) for one in messages if one.to == [user.email]]


def test_the_approver_is_asked(submitted, approver, editor, mailbox, client_for):
    messages = mailbox()
    ((subject, body),) = said(messages, approver)
    assert subject == "計画の決裁の依頼"
    assert f"{editor.name}さんから「前橋市ＤＸ推進計画」の決裁を依頼されました" in body
    assert f"http://localhost:8000/m/102016/plans/{submitted.pk}/review/" in body
    assert said(messages, editor) == []
    table = client_for(approver).get("/m/102016/notices/").context["table"]
    (item,) = table.page
    url = table.url_of(item)
    assert client_for(approver).get(url)["Location"] == f"/m/102016/plans/{submitted.pk}/review/"
    assert client_for(approver).get("/m/102016/notices/").context["table"].is_empty


def test_the_author_learns_of_the_return(submitted, approver, editor, maebashi, mailbox):
    with acting(approver, maebashi) as by:
        return_plan(by=by, plan=submitted, reason="財源が書かれていません")
    ((subject, body),) = said(mailbox(), editor)
    assert subject == "計画の差戻し"
    assert "財源が書かれていません" in body


def test_the_author_learns_of_the_publication(published, editor, mailbox):
    ((subject, body),) = said(mailbox(), editor)
    assert subject == "計画の決裁の完了"
    assert "第1版" in body


def revise(published, editor, approver, place, visibility=Visibility.CONSORTIUM):
    with acting(editor, place) as by:
        plan = revise_plan(by=by, plan=published.plan, reason="年次の見直し")
        plan = submit_plan(by=by, plan=plan)
    with acting(approver, place) as by:
        return publish_plan(by=by, plan=plan, lock_version=plan.lock_version, sharing=Sharing(visibility))


class TestAdopters:
    """What the source does reaches who adopted from it, in their own place, and nobody else."""

    def adopt(self, published, adopter, takasaki):
        with acting(adopter, takasaki) as by:
            adopt_plan(by=by, revision_id=published.pk)

    def test_are_told_of_a_new_revision(
        self, published, editor, approver, adopter, maebashi, takasaki, staff, mailbox, client_for
    ):
        bystander = staff(takasaki, "approver")
        self.adopt(published, adopter, takasaki)
        again = revise(published, editor, approver, maebashi)
        messages = mailbox()
        ((subject, body),) = said(messages, adopter)
        assert subject == "採用した計画の改訂"
        assert "前橋市「前橋市ＤＸ推進計画」に、第2版" in body
        path = f"/m/102024/library/{again.pk}/"
        assert f"http://localhost:8000{path}" in body
        assert client_for(adopter).get(path).status_code == 200
        assert said(messages, bystander) == []

    def test_are_not_told_of_what_they_may_not_see(
        self, published, editor, approver, adopter, maebashi, takasaki, mailbox
    ):
        self.adopt(published, adopter, takasaki)
        again = revise(published, editor, approver, maebashi, Visibility.PRIVATE)
        assert said(mailbox(), adopter) == []
        with acting(approver, maebashi) as by:
            share_plan(by=by, plan=again.plan, visibility=Visibility.CONSORTIUM)
        assert [subject for subject, _body in said(mailbox(), adopter)] == ["採用した計画の改訂"]
