"""Some of allauth's views. Two tell of what they did only after COMMIT: the audit row belongs before it."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ListWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from consortium.membership.account_tables import PasskeyTable
from consortium.membership.actions import record_security_change
from consortium.membership.requests import PortalRequest


class ActivateTOTP(ActivateTOTPView):
    request: PortalRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_security_change(by=self.request.actor, what="totp_added")
        _note_proof(self.request, "totp")
        return response


class Passkeys(ListWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "table": PasskeyTable(self.request, list(context["authenticators"]))}


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _note_proof(self.request, "webauthn")
        return response


class GenerateRecoveryCodes(GenerateRecoveryCodesView):
    request: PortalRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_security_change(by=self.request.actor, what="recovery_codes_generated")
        return response


class ReauthenticateWebAuthn(ReauthenticateWebAuthnView):
    """allauth's leads a failure to the sign-in page, hence away from what one was about to do."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


def _note_proof(request: PortalRequest, kind: str) -> None:
    """Who has just registered a factor has shown it, after a proof by what she had before."""
    record_authentication(request, request.user, method="mfa", type=kind, reauthenticated=True)
