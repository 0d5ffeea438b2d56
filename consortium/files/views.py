"""Downloads. The link is no right: whoever opens it is asked for the permission again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views import View

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.downloads import attachment

from . import links, queries
from .actions import record_download
from .contents import AnyFile, ContentMissing, read
from .purposes import purposes
from .responses import content_missing, link_expired


class _Download(View):
    request: PortalRequest
    permission = PortalPermission.VIEW

    def get(self, request: PortalRequest, *args: object, **kwargs: str) -> HttpResponse:
        try:
            purpose, file_id = links.file_of(request, kwargs["token"])
        except links.LinkInvalid:
            return link_expired(request, self.home())
        file = self.find(file_id, purpose)
        if file is None:
            raise Http404("Deleted, expired or no longer shared.")
        return self._answer(file)

    def find(self, file_id: UUID, purpose: str) -> AnyFile | None:
        raise NotImplementedError

    def home(self) -> str:
        raise NotImplementedError

    def _answer(self, file: AnyFile) -> HttpResponse:
        purpose = purposes()[file.purpose]
        self.request.actor.require(purpose.permission)
        try:
            content = read(file)
        except ContentMissing:
            return content_missing(self.request)
        if purpose.audited:
            record_download(by=self.request.actor, file=file)
        return attachment(content, file.mime, file.name)


class Download(_Download):
    def find(self, file_id: UUID, purpose: str) -> AnyFile | None:
        return queries.readable(file_id, purpose)

    def home(self) -> str:
        return reverse("portal:tenant_home", args=[tenant_of(self.request).code])


class BodyDownload(_Download):
    def find(self, file_id: UUID, purpose: str) -> AnyFile | None:
        return queries.of_the_body(file_id, purpose)

    def home(self) -> str:
        return reverse("portal:secretariat_home")
