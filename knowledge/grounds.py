"""Types of disputed transactions and grounds of decision, as choices for models and forms.

What each ground says and fits is the table of `ground_table` (plain Python, reads `grounds.csv`).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.ground_table import GroundRow, fits, grounds_for, table


class TransactionType(models.TextChoices):
    """What the trace found a disputed transaction to be."""

    COUNTERFEIT = "counterfeit", _("Forged card")
    ONLINE = "online", _("Online theft")
    LOST_CARD = "lost_card", _("Lost card misused")
    OWN = "own", _("Own or authorised transaction")
    MERCHANT = "merchant", _("Merchant dispute")
    TELECOM = "telecom", _("Telecom fraud")


class Ground(models.TextChoices):
    """On which ground a disputed transaction is decided; the code is printed in the decision."""

    L0 = "L0", _("L0 Evidence insufficient")
    L1 = "L1", _("L1 Issuer bears the loss")
    L2 = "L2", _("L2 Shared: holder at fault")
    L3 = "L3", _("L3 Holder bears the enlarged part")
    L4 = "L4", _("L4 Proof missing on the issuer's side")
    L5 = "L5", _("L5 Online function not disclosed or agreed")
    L6 = "L6", _("L6 Promised first payment")
    L7 = "L7", _("L7 Acquirer or merchant answers")
    L8 = "L8", _("L8 Holder's own or authorised transaction")
    L9 = "L9", _("L9 Lost card misused")
    L10 = "L10", _("L10 Telecom fraud by the holder's own hand")
    L11 = "L11", _("L11 Merchant dispute or password-free renewal")
    L12 = "L12", _("L12 Goodwill without liability")

    @property
    def row(self) -> GroundRow:
        """What the ground says, its article, and which types of transaction it fits."""
        return table()[self.value]


__all__ = ["Ground", "GroundRow", "TransactionType", "fits", "grounds_for", "table"]
