"""A resident's language goes with her account."""

import pytest
from django.conf import LazySettings

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.tenancy import context

from .residents import Resident

pytestmark = pytest.mark.django_db


def test_the_choice_is_kept_with_the_account(hanako: Resident) -> None:
    assert hanako.client.post("/i18n/setlang/", {"language": "en", "next": "/me/"}).status_code == 302
    hanako.client.cookies["language"] = "ja"
    assert hanako.client.get("/me/")["Content-Language"] == "en"
    assert User.objects.get(citizen_id=hanako.citizen_id).language == "en"
    with context.citizen(hanako.citizen_id):
        assert Event.objects.filter(action="account.language_chosen").count() == 1


def test_easy_japanese_can_be_chosen(hanako: Resident, settings: LazySettings) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ja-easy", "やさしい日本語")]
    assert hanako.client.post("/i18n/setlang/", {"language": "ja-easy", "next": "/me/"}).status_code == 302
    assert User.objects.get(citizen_id=hanako.citizen_id).language == "ja-easy"
