"""実行ボード and 阻害要因."""

from django.urls import path

from shared_plans.views import blockers, board, recording

from .places import PLAN, PLANS

BLOCKER = f"{PLAN}blockers/<uuid:blocker>/"
urlpatterns = [
    path(f"{PLANS}board/", board.Boards.as_view(), name="boards"),
    path(f"{PLAN}board/", board.OneBoard.as_view(), name="board"),
    path(
        f"{PLAN}board/milestones/<str:clause>/<str:row>/",
        recording.RecordMilestone.as_view(),
        name="record_milestone",
    ),
    path(f"{PLAN}board/actuals/<str:clause>/", recording.RecordActual.as_view(), name="record_actual"),
    path(f"{PLAN}board/spending/<str:clause>/", recording.RecordSpending.as_view(), name="record_spending"),
    path(f"{PLAN}blockers/new/", blockers.NewBlocker.as_view(), name="new_blocker"),
    path(BLOCKER, blockers.BlockerPage.as_view(), name="blocker"),
    path(f"{BLOCKER}step/", blockers.StepBlocker.as_view(), name="step_blocker"),
    path(f"{BLOCKER}resolve/", blockers.ResolveBlocker.as_view(), name="resolve_blocker"),
    path(f"{BLOCKER}reopen/", blockers.ReopenBlocker.as_view(), name="reopen_blocker"),
]
