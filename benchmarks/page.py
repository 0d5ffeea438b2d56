"""One page of 20 rows with a join, with and without row-level security: run by `benchmarks.tenancy`.

Prints JSON: medians in milliseconds. The two are taken in turns, so that a busy machine slows both.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  # models exist after setup()
from django.db import models, transaction  # noqa: E402

from consortium.tenancy import context  # noqa: E402
from consortium.tenancy.models import Municipality  # noqa: E402

TURNS, WARM_UP, PAGE = 1_500, 100, 20


class PlainParent(models.Model):
    """A copy of Table14 without row-level security."""

    id = models.UUIDField(primary_key=True)
    municipality_id = models.IntegerField()
    name = models.CharField(max_length=80)
    amount = models.IntegerField()
    on = models.DateField()

    class Meta:
        app_label = "plain"
        managed = False
        db_table = "plain_table14"


class PlainRow(models.Model):
    """A copy of Table15 without row-level security."""

    id = models.UUIDField(primary_key=True)
    municipality_id = models.IntegerField()
    name = models.CharField(max_length=80)
    amount = models.IntegerField()
    on = models.DateField()
    extra = models.CharField(max_length=40)
    parent = models.ForeignKey(PlainParent, models.PROTECT, db_constraint=False, related_name="+")

    class Meta:
        app_label = "plain"
        managed = False
        db_table = "plain_table15"


def main() -> None:
    rows = apps.get_model("ours", "Table15")
    tenants = list(Municipality.objects.order_by("pk").values_list("pk", flat=True)[:: 1741 // 50])
    with_context, inside, without = [], [], []
    for turn in range(TURNS + WARM_UP):
        tenant = tenants[turn % len(tenants)]
        started = time.perf_counter()
        with context.tenant(tenant):
            inner = timed(lambda: page(rows.objects.all()))
        whole = time.perf_counter() - started
        with transaction.atomic():
            plain = timed(lambda tenant=tenant: page(PlainRow.objects.filter(municipality_id=tenant)))
        if turn >= WARM_UP:
            with_context.append(whole)
            inside.append(inner)
            without.append(plain)
    print(
        json.dumps(
            {
                name: 1000 * statistics.median(values)
                for name, values in (("without", without), ("inside", inside), ("with_context", with_context))
            }
        )
    )


def page(rows: Any) -> int:
    found = list(rows.select_related("parent").order_by("-on", "-id")[:PAGE])
    return sum(row.amount + row.parent.amount for row in found)


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
