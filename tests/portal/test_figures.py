"""Home pages say how much there is and what waits; the log names what it is about."""

from django.urls import reverse

from consortium.membership.actions import apply_for_membership, invite_staff
from consortium.membership.queries import NOBODY
from consortium.tenancy import context
from tests import factories


def test_cards_of_a_municipality_count(maebashi, staff, client_for, acting):
    administrator = staff(maebashi, "administrator")
    with acting(administrator, maebashi) as actor:
        invite_staff(by=actor, name="高橋 美咲", email="misaki@maebashi.example", role="editor")
    home = reverse("portal:tenant_home", args=[maebashi.code])
    html = client_for(administrator).get(home).content.decode()
    assert "在任 1人・回答待ち 1人" in html
    assert "導入済 0件・全 0件" in html
    assert "起案中 0件・決裁待ち 0件・公表済 0件" in html


def test_cards_of_the_secretariat_count(maebashi, takasaki, secretary, client_for):
    factories.make_member(takasaki)
    with context.person(None):
        apply_for_membership(
            by=NOBODY, municipality=maebashi, contact_name="担当", contact_email="a@maebashi.example"
        )
    html = client_for(secretary).get("/secretariat/").content.decode()
    assert "審査待ち 1件" in html
    assert "1団体" in html


def test_the_log_names_what_it_is_about(maebashi, takasaki, staff, client_for, acting):
    administrator = staff(maebashi, "administrator")
    with acting(administrator, maebashi) as actor:
        invitation = invite_staff(by=actor, name="高橋 美咲", email="misaki@maebashi.example", role="editor")
    assert invitation
    log = reverse("audit:tenant", args=[maebashi.code])
    html = client_for(administrator).get(log).content.decode()
    assert "招待 高橋 美咲" in html
    assert "membership.staffinvitation" not in html
