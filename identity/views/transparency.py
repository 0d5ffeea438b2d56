"""What anybody may see of all disclosures: a signed root a day; and each resident the proof of her own."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb
from identity import keyring
from identity.models import Disclosure
from identity.queries.transparency import proof_of, roots
from identity.shell import under

PER_PAGE = 31
PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


@login_not_required
@require_safe
def published(request: Any) -> HttpResponse:
    page: Any = Paginator(roots(), PER_PAGE).get_page(request.GET.get("page"))
    here = Crumb(_("情報提供の記録の公開"))
    values = {
        "page": page,
        "days": list(page.object_list),
        "crumbs": under("identity:uses", here) if request.user.is_authenticated else [],
    }
    return render(request, "identity/roots.html", values)


@login_not_required
@require_safe
def published_json(request: Any) -> JsonResponse:
    """All statements, newest first; each names the one before it."""
    told = [
        {"day": one.day, "size": one.size, "root": one.root, "statement": one.statement}
        for one in roots().iterator(chunk_size=1000)
    ]
    return JsonResponse({"roots": told}, headers=PUBLIC)


@login_not_required
@require_safe
def keys_json(request: Any) -> JsonResponse:
    """Also those that sign no more: what they signed is still to be verified."""
    return JsonResponse({"keys": list(keyring.ring().known_keys)}, headers=PUBLIC)


@require_safe
def proof(request: Any, disclosure_id: UUID) -> HttpResponse:
    try:
        found = proof_of(request.actor.citizen_id, disclosure_id)
    except Disclosure.DoesNotExist:
        raise Http404 from None
    if found is None:
        messages.info(request, _("この記録の証明は、翌日から受け取れます。"))
        return redirect("identity:uses")
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return attachment(text.encode(), "application/json", f"disclosure-{disclosure_id}.json")
