"""Time limits as data, each with its legal or house source."""

from django.db import models
from django.utils.translation import get_language, gettext_lazy as _

from knowledge.calendars import Unit
from record.history import Tracked, history


class RuleKind(models.TextChoices):
    """Who set the limit."""

    LAW = "law", _("Statutory limit")
    HOUSE = "house", _("House limit")


class RuleUnit(models.TextChoices):
    """What the limit is counted in; the same values as `calendars.Unit`."""

    MINUTES = Unit.MINUTES.value, _("minutes")
    HOURS = Unit.HOURS.value, _("hours")
    NATURAL_DAYS = Unit.NATURAL_DAYS.value, _("natural days")
    YEARS = Unit.YEARS.value, _("years")


class CountsFrom(models.TextChoices):
    """The event at which the limit begins."""

    NOTICE = "notice", _("the customer's notice")
    STOP = "stop", _("the beginning of the stop")
    RECEIPT = "receipt", _("receipt of the complaint")
    STEP = "step", _("start of the step")
    TELLING = "telling", _("receipt of the decision")
    REQUEST = "request", _("receipt of the request")
    TRANSACTION = "transaction", _("the disputed transaction")
    OVERDUE = "overdue", _("the passing of another limit")
    SETTLEMENT = "settlement", _("settlement of the payment")
    BEFORE_END = "before_end", _("the end of the window, counted back")
    FILE_END = "file_end", _("the end of the file: completed, archived")
    TRANSACTION_END = "transaction_end", _("the end of the transaction")
    RELATION_END = "relation_end", _("the end of the business relation")
    VISIT_END = "visit_end", _("the end of the visit")


class PolicyRule(Tracked):
    """One time limit of one version of a policy pack; a version once loaded never changes (the table is append-only).

    `extension` holds who must approve an extended limit and what must be done for it, as data:
    {"of": key, "when": text, "approved_by": [..], "tell_complainant": bool}.
    """

    pack = models.CharField(_("policy pack"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    key = models.CharField(_("key"), max_length=80)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=20, choices=RuleUnit.choices)
    counts_from = models.CharField(_("counts from"), max_length=20, choices=CountsFrom.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=RuleKind.choices)
    source = models.TextField(_("source"))
    source_en = models.TextField(_("source in English"))
    article = models.CharField(_("article"), max_length=40, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    verified = models.BooleanField(_("verified against the original"), default=False)
    as_of = models.DateField(_("state of the source"))
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    extension = models.JSONField(_("extension"), default=dict, blank=True)
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("effective to"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("policy rule")
        verbose_name_plural = _("policy rules")
        ordering = ["key", "version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="policy_rule_once_in_a_version"),
            models.CheckConstraint(
                condition=models.Q(verified=False) | models.Q(verified_on__isnull=False),
                name="policy_rule_verified_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gt=models.F("effective_from")),
                name="policy_rule_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        name = self.name_en if (get_language() or "").startswith("en") else self.name
        return f"{name} ({self.amount} {self.get_unit_display()})"


class PolicyEdition(models.Model):
    """The set of pack versions in force together from one day on; a case pins its name when it is received.

    `version` is the day and the digest of the set, so the same packs give the same name in every installation.
    `packs` maps the name of each pack to its version. Written when packs are loaded, never changed.
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_from = models.DateField(_("effective from"))
    packs = models.JSONField(_("packs"))

    class Meta:
        verbose_name = _("policy edition")
        verbose_name_plural = _("policy editions")
        ordering = ["effective_from", "id"]

    def __str__(self) -> str:
        return self.version
