from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from consortium.tenancy.context import Context, opened
from consortium.tenancy.roles import OWNER
from shared_plans.models import FrameworkEdition, NationalItem


class Item(NamedTuple):
    key: str
    title_ja: str
    title_en: str
    continues: tuple[str, ...] = ()


class Edition(NamedTuple):
    key: str
    title_ja: str
    title_en: str
    source: str
    items: tuple[Item, ...]


SOURCE = "総務省 自治体デジタル・トランスフォーメーション(DX)推進計画"
EDITIONS = (
    Edition(
        "2020",
        "自治体DX推進計画(初版)",
        "Municipal DX Promotion Plan (first edition)",
        SOURCE,
        (
            Item(
                "standardisation",
                "情報システムの標準化・共通化",
                "Standardised and shared information systems",
            ),
            Item("my_number_card", "マイナンバーカードの普及促進", "Spread of the My Number Card"),
            Item("online_procedures", "行政手続のオンライン化", "Administrative procedures online"),
            Item("ai_rpa", "AI・RPAの利用推進", "Use of AI and RPA"),
            Item("telework", "テレワークの推進", "Telework"),
            Item("security", "セキュリティ対策の徹底", "Thorough security measures"),
        ),
    ),
    Edition(
        "current",
        "自治体DX推進計画(現行版)",
        "Municipal DX Promotion Plan (current edition)",
        SOURCE,
        (
            Item(
                "front_yard",
                "自治体フロントヤード改革の推進",
                "Reform of the front yard (contact with residents)",
                ("online_procedures",),
            ),
            Item(
                "standardisation",
                "自治体の情報システムの標準化・共通化",
                "Standardised and shared municipal information systems",
                ("standardisation",),
            ),
            Item("eltax", "公金収納におけるeLTAXの活用", "Use of eLTAX to collect public money"),
            Item(
                "my_number_card",
                "マイナンバーカードの普及促進・利用の推進",
                "Spread and use of the My Number Card",
                ("my_number_card",),
            ),
            Item("security", "セキュリティ対策の徹底", "Thorough security measures", ("security",)),
            Item("ai_rpa", "自治体のAI・RPAの利用推進", "Use of AI and RPA in municipalities", ("ai_rpa",)),
            Item("telework", "テレワークの推進", "Telework", ("telework",)),
        ),
    ),
)


class Command(BaseCommand):
    """Loads the editions of the national plan and their items; running it again changes nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with opened(Context(OWNER)):
                for order, edition in enumerate(EDITIONS, start=1):
                    _load(order, edition)
        except DatabaseError as error:
            raise CommandError(f"Needs the migrate login: {error}") from error
        if options["verbosity"] > 0:
            self.stdout.write(f"  Framework editions: {', '.join(edition.key for edition in EDITIONS)}")


def _load(order: int, edition: Edition) -> None:
    values = {"title_ja": edition.title_ja, "title_en": edition.title_en, "source": edition.source}
    row, _made = FrameworkEdition.objects.update_or_create(
        key=edition.key, defaults={**values, "order": order}
    )
    items = [
        NationalItem(
            edition=row,
            number=number,
            key=item.key,
            title_ja=item.title_ja,
            title_en=item.title_en,
            continues=list(item.continues),
        )
        for number, item in enumerate(edition.items, start=1)
    ]
    NationalItem.objects.bulk_create(
        items,
        update_conflicts=True,
        unique_fields=["edition", "key"],
        update_fields=["number", "title_ja", "title_en", "continues"],
    )
