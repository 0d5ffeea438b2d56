"""Two of allauth's views, which tell of what they did only after COMMIT: the audit row belongs before it."""

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse

from consortium.membership.actions import record_security_change
from consortium.membership.requests import PortalRequest


class ActivateTOTP(ActivateTOTPView):
    request: PortalRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_security_change(by=self.request.actor, what="totp_added")
        return response


class GenerateRecoveryCodes(GenerateRecoveryCodesView):
    request: PortalRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_security_change(by=self.request.actor, what="recovery_codes_generated")
        return response
