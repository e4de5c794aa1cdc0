"""The one case row of the plain flow."""

from django.db import models


class PlainCase(models.Model):
    """What a case would be without history, journal, limits and duties."""

    state = models.CharField(max_length=20, default="open")
    steps = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.state
