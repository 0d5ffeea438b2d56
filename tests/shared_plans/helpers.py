from typing import Any

from django.test import Client
from django.urls import reverse

from consortium.tenancy.models import Municipality
from shared_plans.models import Plan


def at(municipality: Municipality, name: str, **kwargs: Any) -> str:
    return reverse(f"shared_plans:{name}", kwargs={"code": municipality.code, **kwargs})


def of(plan: Plan, municipality: Municipality, name: str = "plan", **kwargs: Any) -> str:
    return at(municipality, name, plan=plan.pk, **kwargs)


def sent(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a form of the editor would send as it stands, with changes."""
    form = client.get(url).context["form"]
    return {**{name: _as_sent(form[name].value()) for name in form.fields}, **changes}


def _as_sent(value: object) -> object:
    return value if isinstance(value, list) else "" if value is None else str(value)
