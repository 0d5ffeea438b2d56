"""横展開: adopting initiatives, taking in what the source changed, proposing, and the lineage of plans."""

from django.urls import path

from shared_plans.views import adopting, lineage, proposing, sources, syncing

from .places import LIBRARY, PLAN

SOURCE = f"{PLAN}sources/<uuid:line>/"
PROPOSAL = f"{PLAN}proposals/<uuid:proposal>/"
ADOPT = f"{LIBRARY}<uuid:revision>/initiatives/"
urlpatterns = [
    path(ADOPT, adopting.AdoptInitiatives.as_view(), name="adopt_initiatives"),
    path(f"{LIBRARY}<uuid:revision>/lineage/", lineage.LibraryLineage.as_view(), name="library_lineage"),
    path(f"{PLAN}lineage/", lineage.PlanLineage.as_view(), name="lineage"),
    path(f"{SOURCE}sizes/", sources.Sizes.as_view(), name="sizes"),
    path(f"{SOURCE}figures/", sources.Figures.as_view(), name="figures"),
    path(f"{SOURCE}sync/", syncing.SyncPlan.as_view(), name="sync"),
    path(f"{SOURCE}sync/finish/", syncing.FinishSync.as_view(), name="finish_sync"),
    path(f"{SOURCE}propose/", proposing.Propose.as_view(), name="propose"),
    path(PROPOSAL, proposing.Proposal.as_view(), name="proposal"),
    path(f"{PROPOSAL}decline/", proposing.DeclineProposal.as_view(), name="decline_proposal"),
    path(f"{PROPOSAL}withdraw/", proposing.WithdrawProposal.as_view(), name="withdraw_proposal"),
]
