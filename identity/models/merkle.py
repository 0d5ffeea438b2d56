"""What is published every day about all disclosures: one root, and what it takes to prove a row by it."""

from django.db import models
from django.utils import timezone

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, READ, SELECT, Rule
from consortium.tenancy.roles import IDENTITY_BASE, WORKER


class DailyRoot(SystemModel):
    """The Merkle root over a day's disclosures, in Japan's time, and those of earlier days that came late.

    statement: the signed word (JWS) that is published. It names the root, the size and `previous`, the
    SHA-256 (hex) of the statement of the day before. parts: roots of the tree's parts (domain.merkle).
    """

    rules = (Rule(WORKER, APPEND), Rule(IDENTITY_BASE, READ))

    day = models.DateField(unique=True)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    parts = models.BinaryField()
    statement = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root}"


class DisclosureLeaf(SystemModel):
    """One disclosure's place in a day's tree. hash: a commitment salted per row, which tells nothing without
    the row; the identity surface cannot read whose it is."""

    rules = (
        Rule(WORKER, APPEND),
        Rule(IDENTITY_BASE, (SELECT,), read_columns=("day", "index", "hash")),
    )

    day = models.DateField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
    disclosure_id = models.UUIDField(unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "index"], name="disclosureleaf_place")]
        indexes = [models.Index(fields=["hash"], name="disclosureleaf_hash")]

    def __str__(self) -> str:
        return f"{self.day} {self.index}"
