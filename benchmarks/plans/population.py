"""Municipalities with plans and their revisions, made in the database by its owner."""

import time
from typing import Final

import psycopg

from shared_plans.domain.document import Document, canonical_json, made, to_json
from shared_plans.domain.kinds import Kind

READER: Final = "102016"
WORDS: Final = (
    "窓口",
    "書かない窓口",
    "標準化",
    "子育て",
    "防災",
    "健康",
    "移住",
    "地域交通",
    "観光",
    "会議録",
)
ITEMS: Final = ("front_yard", "standardisation", "eltax", "my_number_card", "security", "ai_rpa", "telework")
AREAS: Final = ("contact", "welfare", "children", "safety", "transport", "economy")
_MEMBERS: Final = """
INSERT INTO membership_membership (id, municipality_id, standing, starts_on, resolution)
SELECT uuidv7(), m.id, 'active', DATE '2025-04-01', '令和7年度第1号' FROM tenancy_municipality m
WHERE m.code = %(reader)s AND NOT EXISTS (SELECT FROM membership_membership WHERE municipality_id = m.id)
"""
_OWNERS: Final = """
CREATE TEMP TABLE owners ON COMMIT DROP AS
SELECT m.id FROM (SELECT id FROM tenancy_municipality ORDER BY code <> %(reader)s, code LIMIT %(size)s) m
WHERE NOT EXISTS (SELECT FROM shared_plans_plan p WHERE p.municipality_id = m.id)
"""
_PLANS: Final = """
INSERT INTO shared_plans_plan (id, municipality_id, title, title_key, edition_id, year_from, year_to, status,
    draft, lock_version, drafted_by_id, drafted_by_name, authors, reason_kind, reason, phase, visibility,
    reader_ids, private_kinds, returned_reason, created_at, updated_at)
SELECT uuidv7(), o.id, (%(words)s::text[])[1 + (o.id + n) %% %(most)s] || 'の推進計画 ' || n, 'x', e.id, 2026,
    2030, 'published', '{}', 1, gen_random_uuid(), '架空', '[]', '', '', 'executing', 'consortium', '{}',
    '[]', '', now(), now()
FROM owners o, generate_series(1, %(plans)s) n, shared_plans_frameworkedition e WHERE e.key = 'current'
"""
_REVISIONS: Final = """
INSERT INTO shared_plans_planrevision (id, municipality_id, plan_id, number, title, edition_id, year_from,
    year_to, content, private_kinds, private_commitment, shared_hash, hash, parent_hash, reason_kind, reason,
    attribution, attachments, item_keys, area_keys, search_text, drafted_by_id, drafted_by_name,
    approved_by_id, approved_by_name, published_at, visibility, reader_ids, is_latest, phase)
SELECT uuidv7(), p.municipality_id, p.id, r, p.title, p.edition_id, p.year_from, p.year_to,
    %(content)s::jsonb, '[]', '', md5(p.id::text || r) || md5('s'), md5(p.id::text || r) || md5('s'), '',
    'review', '', '', '[]',
    jsonb_build_array((%(items)s::text[])[1 + hashtext(p.id::text) %% 4 + 3]),
    jsonb_build_array((%(areas)s::text[])[1 + (hashtext(p.id::text) %% 3 + 2)]),
    p.title || E'\\n架空の施策', gen_random_uuid(), '架空', gen_random_uuid(), '架空',
    now() - make_interval(days => 30 * (%(revisions)s - r), secs => hashtext(p.id::text) %% 100000),
    'consortium', '{}', r = %(revisions)s, 'executing'
FROM owners o JOIN shared_plans_plan p ON p.municipality_id = o.id, generate_series(1, %(revisions)s) r
"""
_FACTS: Final = """
INSERT INTO shared_plans_adoptionfact (id, municipality_id, plan_id, how, source_municipality_id,
    source_plan_id, source_number, source_revision_hash, whole, shared, happened_at)
SELECT uuidv7(), p.municipality_id, p.id, 'adopted', s.municipality_id, s.id, 1, repeat('0', 64),
    true, true, now()
FROM owners o
JOIN LATERAL (
    SELECT id, municipality_id FROM shared_plans_plan WHERE municipality_id = o.id LIMIT 1) p ON true,
    (SELECT id, municipality_id FROM shared_plans_plan ORDER BY id LIMIT 1) s
WHERE p.id <> s.id
"""
TABLES: Final = ("plan", "planrevision", "adoptionfact")


def grow(dsn: str, size: int, plans: int, revisions: int) -> float:
    """To so many municipalities; each has adopted the first plan of all. Seconds."""
    began = time.perf_counter()
    values = {
        "reader": READER,
        "size": size,
        "words": list(WORDS),
        "most": len(WORDS),
        "plans": plans,
        "revisions": revisions,
        "content": canonical_json(to_json(document(40))),
        "items": list(ITEMS),
        "areas": list(AREAS),
    }
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET ROLE owner")
        with connection.transaction():
            for statement in (_MEMBERS, _OWNERS, _PLANS, _REVISIONS, _FACTS):
                connection.execute(statement, values)
        for table in TABLES:
            connection.execute(f"VACUUM ANALYZE shared_plans_{table}")
    return time.perf_counter() - began


def document(clauses: int, mark: str = "") -> Document:
    """Initiatives with texts as plans have them; every seventh says `mark`."""
    return Document(
        tuple(
            made(
                f"c{number}",
                Kind.INITIATIVE,
                {
                    "title": f"{WORDS[number % len(WORDS)]}の施策 {number}",
                    "items": (ITEMS[number % len(ITEMS)],),
                    "body": "来庁者が同じ内容を何度も書かずに済む受付の流れを試します。" * 3
                    + (mark if number % 7 == 0 else ""),
                    "unit": "情報政策課",
                },
            )
            for number in range(clauses)
        )
    )
