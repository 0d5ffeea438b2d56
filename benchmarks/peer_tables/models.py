from django.db import models

from benchmarks.tables import make_tables


class Row(models.Model):
    class Meta:
        abstract = True


globals().update(make_tables(Row, models.ForeignKey, __name__))
