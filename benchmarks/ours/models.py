"""Tenant tables as every product of the platform has them."""

from benchmarks.tables import make_tables
from consortium.tenancy.models import Reference, TenantModel

globals().update(make_tables(TenantModel, Reference, __name__))
