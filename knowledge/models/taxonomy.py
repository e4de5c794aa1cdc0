"""Classes of complaints for the regulator's statistics."""

from django.db import models
from django.utils.translation import get_language, gettext_lazy as _

from record.history import Tracked, history


class Facet(models.TextChoices):
    """The three facets of JR/T 0169-2018; a complaint has one value in each."""

    CHANNEL = "A", _("Channel of the business")
    BUSINESS = "B", _("Class of business")
    CAUSE = "C", _("Cause of the complaint")


class TaxonomyCode(Tracked):
    """One class of JR/T 0169-2018, loaded from `taxonomy.csv`.

    `local_code` is ours and never printed as an official code; the bank that owns the standard fills in
    `official_code`. `confidence` says how sure the name is (high, medium, low).
    """

    facet = models.CharField(_("facet"), max_length=1, choices=Facet.choices)
    local_code = models.CharField(_("local code"), max_length=40)
    # null and not empty: nobody has told us the code yet
    official_code = models.CharField(_("official code"), max_length=20, null=True, blank=True)  # noqa: DJ001
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    edition = models.CharField(_("edition"), max_length=40)
    confidence = models.CharField(_("confidence"), max_length=10)

    history = history()

    class Meta:
        verbose_name = _("class of complaint")
        verbose_name_plural = _("classes of complaint")
        ordering = ["facet", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "local_code"], name="taxonomy_code_once_in_an_edition"),
        ]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name
