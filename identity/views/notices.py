"""A resident's inbox."""

from typing import Any

from django.contrib import messages
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from identity.queries import notices as queries
from identity.resident_tables import NoticeTable


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Any) -> HttpResponse:
    """POST marks all as read: one's own affair, of which no audit row tells."""
    found = queries.notices(request.actor.citizen_id)
    if request.method == "POST":
        found.filter(read_at=None).update(read_at=Now())
        messages.success(request, _("すべて既読にしました。"))
        return redirect("identity:notices")
    values = {"table": NoticeTable(request, found), "unread": queries.unread(request.actor.citizen_id)}
    return render(request, "identity/notices.html", values)
