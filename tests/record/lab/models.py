"""A client with sealed, plain, derived and structured columns."""

from decimal import Decimal

from django.db import models

from record.history import Tracked, history
from record.sealed import SealedField, SealedModel


class Client(SealedModel, Tracked):
    """Everything a tracked record may have."""

    name = SealedField(null=True)
    phone = SealedField(null=True)
    phone_index = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=40, blank=True)
    born = models.DateField(null=True)
    limit = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    tags = models.JSONField(default=list)
    met_at = models.DateTimeField(null=True)
    boss = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    history = history(excluded_fields=["phone_index"])

    class Meta:
        app_label = "lab"
