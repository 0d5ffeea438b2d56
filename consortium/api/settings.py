"""Settings of Django REST framework and drf-spectacular: how the API behaves, everywhere alike."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "consortium.api.authentication.TokenAuthentication",
        "consortium.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["consortium.api.permissions.DenyUnlessDeclared"],
    "DEFAULT_PARSER_CLASSES": ["consortium.api.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "consortium.api.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "consortium.api.schema.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [],  # consortium.api.middleware counts, refused calls included
    "EXCEPTION_HANDLER": "consortium.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Consortium platform API",
    "DESCRIPTION": (
        "For the systems of member municipalities and of the secretariat. Guides to authentication, "
        "pagination, idempotency, concurrency, limits, versions and errors are at /developers/. "
        "Examples are fictional."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": "Registry", "description": "全国の自治体 — the registry of Japanese municipalities."},
        {"name": "Members", "description": "参画自治体 — members of the consortium."},
        {"name": "Staff", "description": "職員と招待 — a municipality's staff and invitations."},
        {
            "name": "Applications",
            "description": "参画申請 — applications for membership, for the secretariat.",
        },
        {"name": "Plans", "description": "DX推進計画 — drafting, deciding, publishing."},
        {"name": "Library", "description": "計画ライブラリ — plans that members share, and their adoption."},
        {"name": "Residents", "description": "住民 — what a resident lets a service know."},
        {"name": "Signatures", "description": "署名 — what residents sign, and verifying it."},
        {"name": "Wallet", "description": "端末 — for the app on a resident's phone."},
        {"name": "Components", "description": "共通部品 — the catalogue and its adoption."},
        {"name": "Figures", "description": "指標と実績値 — indicators and a municipality's own figures."},
        {"name": "Reports", "description": "横断集計 — reports across members, for the secretariat."},
    ],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "consortium.api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ObservationStatus": "consortium.reporting.models.Status.choices",
        "PlanStatus": "shared_plans.models.PlanStatus.choices",
        "PlanPhase": "shared_plans.models.Phase.choices",
        "Visibility": "shared_plans.models.Visibility.choices",
        "ApplicationStatus": "consortium.membership.models.ApplicationStatus.choices",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "persistAuthorization": False, "docExpansion": "list"},
}
