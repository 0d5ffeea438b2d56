"""What goes wrong at the border between tenants."""


class TenancyError(Exception):
    """Base class."""


class ContextMissing(TenancyError):
    """Rows of a tenant, a resident or the consortium were asked for outside any context."""


class ContextConflict(TenancyError):
    """A context was opened inside another one that speaks for somebody else."""
