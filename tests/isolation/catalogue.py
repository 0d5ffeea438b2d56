"""What the catalogue must say of every table. Each function returns complaints, none if all is well."""

from django.db import connection

from consortium.tenancy.policies import TableClass
from consortium.tenancy.roles import LOGINS, OWNER, ROLES, login_name
from consortium.tenancy.sync import classed_models, references, tables, tenant_column

GUARDED = {TableClass.TENANT, TableClass.SUBJECT, TableClass.LOG, TableClass.CONSORTIUM}


def query(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def table_names() -> set[str]:
    return {name for (name,) in query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def unclassed_tables() -> list[str]:
    known = {table.name for table in tables()}
    return [f"{name} has no class" for name in sorted(table_names() - known)]


def unprotected_tables() -> list[str]:
    rows = query(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    return [f"{name} is not under forced row-level security" for (name,) in sorted(rows)]


def foreign_owners() -> list[str]:
    rows = query(
        "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' AND tableowner <> %s", OWNER
    )
    return [f"{table} belongs to {owner}" for table, owner in rows]


def loose_grants() -> list[str]:
    """Rights to anybody but the owner and the roles, or beyond rows, or without a policy behind them."""
    rows = query(
        "SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type FROM pg_class c,"
        " LATERAL (SELECT (aclexplode(c.relacl)).* UNION SELECT (aclexplode(attacl)).* FROM pg_attribute"
        " WHERE attrelid = c.oid) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND r.rolname IS DISTINCT FROM %s",
        OWNER,
    )
    policies = {
        (table, role, command)
        for table, roles, command in query("SELECT tablename, roles, cmd FROM pg_policies")
        for role in roles
    }
    return [
        f"{privilege} on {table} is granted to {grantee} without a policy"
        for table, grantee, privilege in rows
        if grantee not in ROLES or (table, grantee, privilege) not in policies
    ]


def loose_references() -> list[str]:
    """Foreign keys that can be deferred or that do not carry the tenant, and references without a key."""
    keys = {
        (table, tuple(columns)): (name, deferrable)
        for table, columns, name, deferrable in query(
            "SELECT c.conrelid::regclass::text, (SELECT array_agg(a.attname::text ORDER BY k.place)"
            " FROM unnest(c.conkey) WITH ORDINALITY k (attnum, place)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),"
            " c.conname, c.condeferrable FROM pg_constraint c WHERE c.contype = 'f'"
            " ORDER BY c.condeferrable"  # of two over the same columns the loose one is judged
        )
    }
    ours = {model._meta.db_table for model in classed_models()}
    found = [
        f"{name} on {table} can be deferred"
        for (table, _), (name, loose) in keys.items()
        if loose and table in ours
    ]
    for model in classed_models():
        for field in references(model):
            shared = tenant_column(field.related_model)
            columns = (*([shared] if shared else []), field.column)
            if (model._meta.db_table, columns) not in keys:
                found.append(f"{field} has no foreign key over {columns}")
    return found


def see_through_objects() -> list[str]:
    """Views, materialized views and functions that would answer with somebody else's rights."""
    views = query(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
        " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    )
    functions = query("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
    return [f"view {name} is not security_invoker" for (name,) in views] + [
        f"function {name} is SECURITY DEFINER" for (name,) in functions
    ]


def powerful_logins() -> list[str]:
    names = [*(login_name(kind) for kind in LOGINS), OWNER, *ROLES]
    rows = query(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole)",
        names,
    )
    return [f"{name} can step over policies" for (name,) in rows]


CHECKS = (
    unclassed_tables,
    unprotected_tables,
    foreign_owners,
    loose_grants,
    loose_references,
    see_through_objects,
    powerful_logins,
)


def complaints() -> list[str]:
    return [complaint for check in CHECKS for complaint in check()]
