"""Proofing from afar: pages for residents, and what a card app talks to."""

from django.urls import path

from identity.api import proofings

urlpatterns = [
    path("wallet/v1/proofings", proofings.Proofings.as_view(), name="wallet_proofings"),
    path("wallet/v1/proofings/answers", proofings.ProofingAnswers.as_view(), name="wallet_proofing_answers"),
]
