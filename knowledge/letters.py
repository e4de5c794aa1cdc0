"""What a decision notice must say, how it may reach the complainant, and what then proves that it was told.

Source: CBIRC Order 2020 No. 3, articles 19 (contents), 20 (review) and 21 (telling).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from knowledge import limits, policies
from knowledge.evidence import EvidenceKind


class Content(models.TextChoices):
    """The four contents of a decision notice (art. 19), in the order of the letter."""

    FINDINGS = "findings", gettext_lazy("What was found")
    REASONS = "reasons", gettext_lazy("Basis and reasons")
    DECISION = "decision", gettext_lazy("Decision")
    REMEDIES = "remedies", gettext_lazy("What you can do if you disagree")


HINTS: dict[Content, Promise] = {
    Content.FINDINGS: gettext_lazy(
        "Transaction by transaction: what the customer reported and when, when the card was stopped, what was checked "
        "and what it showed. Name what could not be obtained."
    ),
    Content.REASONS: gettext_lazy(
        "The ground of each transaction with its article, and why the facts lead to it. Say who had to prove the point."
    ),
    Content.DECISION: gettext_lazy(
        "What the bank does: the amount for each transaction, what is paid or restored, and by when."
    ),
    Content.REMEDIES: gettext_lazy("Filled in by who decided; do not shorten it."),
}


class Means(models.TextChoices):
    """How a decision may be told (art. 21)."""

    PHONE = "phone", gettext_lazy("By phone")
    HANDED = "handed", gettext_lazy("Handed over")
    POSTED = "posted", gettext_lazy("Posted")
    SENT = "sent", gettext_lazy("Sent by SMS or e-mail")


@dataclass(frozen=True)
class Telling:
    """When a decision counts as told by one means, what proves it, and the kind of evidence to file."""

    told_when: Promise
    proof: Promise
    evidence: EvidenceKind = EvidenceKind.PROOF_OF_TELLING


TELLING: dict[Means, Telling] = {
    Means.PHONE: Telling(
        gettext_lazy("Told in time when the number was dialled in time."),
        gettext_lazy("Call recording number, with the number dialled and the time"),
    ),
    Means.HANDED: Telling(
        gettext_lazy("Told in time when the letter was handed over in time."),
        gettext_lazy("Receipt signed by the complainant, or the record of the refusal to sign"),
    ),
    Means.POSTED: Telling(
        gettext_lazy("Told in time when the letter was posted in time."),
        gettext_lazy("Posting receipt with date and tracking number"),
    ),
    Means.SENT: Telling(
        gettext_lazy("Told in time when the message was sent in time."),
        gettext_lazy("Sending record with address, time and result"),
    ),
}


@dataclass(frozen=True)
class Remedy:
    """One thing the complainant can do, in the language of the reader."""

    code: str
    text: str


def remedies(*, decided_by_head_office: bool, version: str | None = None) -> list[Remedy]:
    """What the complainant can do against the decision (art. 19), with the limits of the edition the case pinned.

    A review is asked of the superior body: against a decision of head office there is none.
    """
    ways = [] if decided_by_head_office else [Remedy("review", _review(version))]
    return [
        *ways,
        Remedy("mediation", _("You may apply to a mediation body for mediation.")),
        Remedy("arbitration", _("You may apply for arbitration under an arbitration agreement.")),
        Remedy("court", _("You may bring an action before a people's court.")),
    ]


def remedy_text(*, decided_by_head_office: bool, version: str | None = None) -> str:
    """The remedies as numbered lines for the letter."""
    ways = remedies(decided_by_head_office=decided_by_head_office, version=version)
    return "\n".join(f"{number}. {way.text}" for number, way in enumerate(ways, start=1))


def _review(version: str | None) -> str:
    return _(
        "You may apply in writing for a review to the superior body of the one that decided, within %(ask)s days of "
        "receiving this decision. It tells you its review decision within %(decide)s days of receiving the application."
    ) % {
        "ask": policies.rule(limits.REVIEW_ASK, version).amount,
        "decide": policies.rule(limits.REVIEW_DECIDE, version).amount,
    }
