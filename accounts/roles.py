"""The posts a bank gives (requirements B1), in groups the permission table reads by, and where each may be held."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How high a branch stands; the order of this list is the order of the tree."""

    HEAD_OFFICE = "head_office", _("Head office")
    TIER1 = "tier1", _("Tier-1 branch")
    TIER2 = "tier2", _("Tier-2 branch")
    OUTLET = "outlet", _("Outlet")

    @property
    def rank(self) -> int:
        """0 for the head office, 3 for an outlet."""
        return list(Level).index(self)


class Role(TextChoices):
    """What a post is for. A person may hold several posts; a right comes from a post, never from the person."""

    AGENT = "agent", _("Customer service agent")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    DEDICATED_SEAT = "dedicated_seat", _("Dedicated seat")
    EXPERT_SEAT = "expert_seat", _("Expert seat")
    SUPERVISOR = "supervisor", _("Customer service supervisor")
    SERVICE_MANAGER = "service_manager", _("Customer service manager")
    CONSUMER_PROTECTION = "consumer_protection", _("Consumer protection officer")
    FRAUD = "fraud", _("Fraud investigator")
    LIABILITY = "liability", _("Liability officer")
    DISPUTE = "dispute", _("Dispute officer")
    ACCOUNTS_MAKER = "accounts_maker", _("Accounts maker")
    ACCOUNTS_CHECKER = "accounts_checker", _("Accounts checker")
    CREDIT_REPORTING = "credit_reporting", _("Credit reporting officer")
    COLLECTION = "collection", _("Collection officer")
    OUTLET_HEAD = "outlet_head", _("Head of outlet")
    TIER2_HEAD = "tier2_head", _("Head of tier-2 branch")
    TIER1_HEAD = "tier1_head", _("Vice president of tier-1 branch")
    CARD_CENTRE_HEAD = "card_centre_head", _("Head of the credit card centre")
    COMPLIANCE = "compliance", _("Compliance officer")
    RISK = "risk", _("Risk officer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("System administrator")


FRONT_LINE = frozenset({Role.AGENT, Role.ACCOUNT_MANAGER, Role.DEDICATED_SEAT, Role.EXPERT_SEAT})
SHIFT_LEADS = frozenset({Role.SUPERVISOR, Role.SERVICE_MANAGER})
INVESTIGATION = frozenset({Role.FRAUD, Role.LIABILITY, Role.DISPUTE})
BACK_OFFICE = frozenset({Role.ACCOUNTS_MAKER, Role.ACCOUNTS_CHECKER, Role.CREDIT_REPORTING, Role.COLLECTION})
CONTROL = frozenset({Role.CONSUMER_PROTECTION, Role.COMPLIANCE, Role.RISK})
HEADS = frozenset({Role.OUTLET_HEAD, Role.TIER2_HEAD, Role.TIER1_HEAD, Role.CARD_CENTRE_HEAD})
HANDLERS = FRONT_LINE | SHIFT_LEADS | INVESTIGATION | BACK_OFFICE | HEADS | CONTROL

# Who looks on and who gives rights stays out of the work: such a post is held alone, and nobody stands in for it
# from another post.
HELD_ALONE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

# The heads approve level by level, so their posts exist only on their own level; every other post anywhere.
LEVEL_OF = {
    Role.OUTLET_HEAD: Level.OUTLET,
    Role.TIER2_HEAD: Level.TIER2,
    Role.TIER1_HEAD: Level.TIER1,
    Role.CARD_CENTRE_HEAD: Level.HEAD_OFFICE,
}

# Lowest first: the order in which a sum looks for somebody whose limit covers it.
APPROVAL_ORDER = (Role.OUTLET_HEAD, Role.TIER2_HEAD, Role.TIER1_HEAD, Role.CARD_CENTRE_HEAD)
