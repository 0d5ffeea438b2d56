from django.urls import path

from services import api
from services.views import catalogue, decisions, guide, relying_parties, secretariat

app_name = "services"
urlpatterns = [
    path("m/<municipality:code>/components/", catalogue.ComponentList.as_view(), name="components"),
    path(
        "m/<municipality:code>/components/<slug:component>/",
        catalogue.ComponentDetail.as_view(),
        name="component",
    ),
    path("m/<municipality:code>/components/<slug:component>/adopt/", catalogue.Adopt.as_view(), name="adopt"),
    path(
        "m/<municipality:code>/components/<slug:component>/end/",
        catalogue.EndAdoption.as_view(),
        name="end_adoption",
    ),
    path("secretariat/components/", secretariat.Catalogue.as_view(), name="catalogue"),
    path("secretariat/new-component/", secretariat.RegisterComponent.as_view(), name="register_component"),
    path(
        "secretariat/components/<slug:component>/",
        secretariat.CatalogueComponent.as_view(),
        name="catalogue_component",
    ),
    path("secretariat/services/", relying_parties.RelyingParties.as_view(), name="relying_parties"),
    path(
        "secretariat/services/new/",
        relying_parties.RegisterRelyingParty.as_view(),
        name="register_relying_party",
    ),
    path(
        "secretariat/services/new/<slug:step>/",
        relying_parties.RegisterRelyingParty.as_view(),
        name="register_relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/",
        relying_parties.RelyingPartyDetail.as_view(),
        name="relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/notice/",
        relying_parties.ApprovalNotice.as_view(),
        name="approval_notice",
    ),
    path(
        "secretariat/services/<str:client_id>/approve/",
        decisions.Decide.as_view(),
        name="approve_relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/suspend/",
        decisions.Decide.as_view(decision="suspend"),
        name="suspend_relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/resume/",
        decisions.Decide.as_view(decision="resume"),
        name="resume_relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/change/",
        decisions.ChangeRelyingParty.as_view(),
        name="change_relying_party",
    ),
    path(
        "secretariat/services/<str:client_id>/change/decide/",
        decisions.DecideChange.as_view(),
        name="decide_change",
    ),
    path(
        "secretariat/services/<str:client_id>/secret/",
        decisions.IssueSecret.as_view(),
        name="issue_secret",
    ),
    path(
        "secretariat/services/<str:client_id>/keys/",
        decisions.ReplaceKeys.as_view(),
        name="replace_keys",
    ),
    path(
        "secretariat/services/<str:client_id>/developer/",
        relying_parties.Developer.as_view(),
        name="developer",
    ),
    path("developers/services/<slug:document>/", guide.ServiceGuide.as_view(), name="guide"),
    path("api/v1/m/<municipality:code>/components/", api.Components.as_view(), name="api_components"),
    path(
        "api/v1/m/<municipality:code>/components/<slug:component>/",
        api.ComponentView.as_view(),
        name="api_component",
    ),
    path(
        "api/v1/m/<municipality:code>/components/<slug:component>/releases/",
        api.Releases.as_view(),
        name="api_releases",
    ),
    path("api/v1/m/<municipality:code>/adoptions/", api.Adoptions.as_view(), name="api_adoptions"),
    path(
        "api/v1/m/<municipality:code>/adoptions/<uuid:adoption>/",
        api.AdoptionView.as_view(),
        name="api_adoption",
    ),
    path(
        "api/v1/m/<municipality:code>/adoptions/<uuid:adoption>/end/",
        api.EndAdoption.as_view(),
        name="api_end_adoption",
    ),
]
