"""Where a plan stands, who may read it, why it was revised."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanStatus(models.TextChoices):
    """Of the working copy."""

    DRAFT = "draft", _("起案中")
    IN_REVIEW = "in_review", _("決裁待ち")
    PUBLISHED = "published", _("公表済")


class Phase(models.TextChoices):
    """Of what was decided. The next revision is drafted beside it while it is carried out."""

    PREPARING = "preparing", _("実行前")
    EXECUTING = "executing", _("実行中")
    CLOSED = "closed", _("終了")


class Visibility(models.TextChoices):
    """From the widest to the narrowest. PUBLIC is read without an account too, as open data."""

    PUBLIC = "public", _("一般に公開(オープンデータ)")
    CONSORTIUM = "consortium", _("参画自治体に公開")
    NAMED = "named", _("指定した自治体に公開")
    PRIVATE = "private", _("庁内のみ")


class ReasonKind(models.TextChoices):
    """Why a plan was revised; the first revision has none."""

    EXTERNAL = "external", _("外部環境の変化")
    REVIEW = "review", _("定期見直し")
    SOURCE = "source", _("採用元の更新")
    PROPOSAL = "proposal", _("ほかの自治体からの改善提案")
    EDITION = "edition", _("国の計画の改定")
    RESTORED = "restored", _("以前の版への復元")
    CORRECTION = "correction", _("誤りの訂正")
    OTHER = "other", _("その他")
