"""The people a complaint comes from: the customer, and whoever speaks for him."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge import signs
from record.errors import KeyDestroyed
from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Customer(SealedModel, Tracked):
    """A person or organisation that complains. Names and numbers are sealed; lists show the masked columns.

    The masked columns and blind indexes are derived from the sealed ones, never in history, and blanked at erasure.
    `care` says that he needs special care, in clear, because lists and the morning board ask for it: words of an
    earlier record, or `signs.CARE`. What kind it is (keys of `knowledge/signs.toml`) is sealed in `care_signs`.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = SealedField(null=True)
    identity_number = SealedField(null=True)
    phone = SealedField(null=True)
    name_masked = models.CharField(max_length=80, blank=True)
    phone_masked = models.CharField(max_length=20, blank=True)
    phone_index = models.CharField(max_length=80, blank=True, db_index=True)
    identity_index = models.CharField(max_length=80, blank=True, db_index=True)
    care = models.CharField(_("Needs special care"), max_length=40, blank=True)
    care_signs = SealedField(null=True)

    history = history(excluded_fields=["name_masked", "phone_masked", "phone_index", "identity_index"])

    class Meta:
        indexes = [models.Index(fields=["id"], condition=~Q(care=""), name="customer_with_care")]

    def __str__(self) -> str:
        if not self.name_masked and self.name is not None:  # sealed, and its mask blanked with the key
            return str(_("erased"))
        return self.name_masked or str(_("Unknown customer"))

    def care_record(self, *, purpose: str) -> str:
        """What is known of special care, as `signs.in_record` reads it; of an erased person, that there was any."""
        try:
            kept = self.reveal("care_signs", purpose=purpose) if self.care_signs is not None else ""
        except KeyDestroyed:
            kept = ""
        return signs.one_record(self.care, kept)

    def add_care(self, found: Collection[str]) -> bool:
        """Keep these signs, too; whether any was new."""
        kept = signs.with_care(self.care_record(purpose="add what was seen"), found)
        if not kept:
            return False
        self.seal(care_signs=kept)
        self.care = self.care or signs.CARE
        self.save(update_fields=["care", "care_signs"])
        return True


class Representative(SealedModel, Tracked):
    """Someone who reports or complains in the customer's place (CBIRC 2020 No.3 art. 14).

    An agent, an heir, an organisation's person, or somebody else (spouse, finder, colleague). Whether he may is a
    `Mandate` of his own; until there is one he is told nothing personal.
    """

    class Kind(models.TextChoices):
        AGENT = "agent", _("Agent with a mandate")
        HEIR = "heir", _("Heir")
        COMPANY = "company", _("Somebody of the organisation")
        OTHER = "other", _("Somebody else (family, finder, colleague)")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="representatives")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = SealedField(null=True)
    phone = SealedField(null=True)
    name_masked = models.CharField(max_length=80, blank=True)

    history = history(excluded_fields=["name_masked"])

    def __str__(self) -> str:
        return self.name_masked
