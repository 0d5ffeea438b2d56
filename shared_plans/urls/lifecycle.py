"""実行の開始, 終了, 再開; an earlier revision restored; a new edition of the national plan."""

from django.urls import path

from shared_plans.domain.lifecycle import Turn
from shared_plans.views import lifecycle, remapping

from .places import PLAN

urlpatterns = [
    path(f"{PLAN}start/", lifecycle.EnterPhase.as_view(turn=Turn.START), name="start"),
    path(f"{PLAN}close/", lifecycle.EnterPhase.as_view(turn=Turn.CLOSE), name="close"),
    path(f"{PLAN}reopen/", lifecycle.EnterPhase.as_view(turn=Turn.REOPEN), name="reopen"),
    path(f"{PLAN}abandon/", lifecycle.AbandonRevision.as_view(), name="abandon"),
    path(f"{PLAN}revisions/<int:number>/restore/", lifecycle.RestoreRevision.as_view(), name="restore"),
    path(f"{PLAN}edition/", remapping.MoveToEdition.as_view(), name="edition"),
]
