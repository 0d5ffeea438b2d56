"""django-tenants as its documentation sets it up: a schema for each tenant."""

import os

import dj_database_url

SECRET_KEY = "only-for-the-benchmark"  # noqa: S105
DATABASES = {
    "default": {
        **dj_database_url.parse(os.environ["PEER_DATABASE_URL"]),
        "ENGINE": "django_tenants.postgresql_backend",
    }
}
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
SHARED_APPS = ["django_tenants", "django.contrib.contenttypes", "benchmarks.peer"]
TENANT_APPS = ["benchmarks.peer_tables"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "peer.Tenant"
TENANT_DOMAIN_MODEL = "peer.Domain"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
