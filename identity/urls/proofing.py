"""Proofing from afar: pages for residents, and what a card app talks to."""

from django.urls import path

from identity.api import proofings
from identity.views import proofing, upstream

urlpatterns = [
    path("enrol/card/", proofing.EnrolByCard.as_view(), name="enrol_card"),
    path("enrol/card/wait/", proofing.CardWait.as_view(), name="enrol_card_wait"),
    path("enrol/app/", upstream.EnrolByApp.as_view(), name="enrol_app"),
    path("enrol/app/return/", upstream.AppReturn.as_view(), name="enrol_app_return"),
    path("wallet/v1/proofings", proofings.Proofings.as_view(), name="wallet_proofings"),
    path("wallet/v1/proofings/answers", proofings.ProofingAnswers.as_view(), name="wallet_proofing_answers"),
]
