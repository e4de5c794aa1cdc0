"""The letter in a dossier, how it was told, what else was said to the customer, and what ran beside the case."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Case, Contact, Letter, Promise
from cases.record_words import record_word

from .blocks import Block, Facts, Note, Table, Text
from .seeing import Seeing, both, person, shown, until, when
from .trail import entries_head, numbers

# What runs beside a case, by its name on the case, with the field that says how far it is.
MATTERS = (
    *(("chargebacks", "stage"), ("inquiries", "cooperation"), ("police_reports", "outcome"), ("advances", "stage")),
    *(("referrals", ""), ("reviews", "stage"), ("dissents", "source"), ("proceedings", "")),
)


def letter(seeing: Seeing) -> Iterator[Block]:
    """The decision letter: its way, its digest, its four contents where they may be shown."""
    found: Letter | None = getattr(seeing.case, "letter", None)
    if found is None:
        yield Note(_("No decision letter was drafted."))
        return
    yield Facts(_way(found, seeing))
    contents = (
        ("findings", _("Findings")),
        ("reasons", _("Reasons")),
        ("decision", _("Decision")),
        ("remedies", _("Remedies")),
    )
    if not seeing.in_clear:
        yield Note(_("The text of the letter is sealed and not in clear in this export; its digest above proves it."))
        return
    yield from (Text(title, text) for name, title in contents if (text := seeing.text(found, name)))


def _way(found: Letter, seeing: Seeing) -> list[tuple[str, str]]:
    def step(user: Any, at: Any) -> str:
        return "\n".join(filter(None, (person(user), when(at)))) if at else ""

    return [
        (_("Way"), shown(found, "way")),
        (_("State"), str(found.state.label)),
        (_("Digest"), found.digest or ""),
        (_("Drafted"), step(found.drafted_by, found.drafted_at)),
        (_("Checked"), step(found.checked_by, found.checked_at)),
        (_("Issued"), step(found.issued_by, found.issued_at)),
        (_("Sealed"), "\n".join(filter(None, (step(found.sealed_by, found.sealed_at), found.seal_number or "")))),
        (_("Told"), step(found.told_by, found.told_at)),
        (_("Told by what means"), shown(found, "means")),
        (_("Proof of telling"), seeing.number_of(found.proof_id)),
        (entries_head(), numbers(seeing.trail.of(found), seeing.trail.of(found, "told_at"))),
    ]


def talks(seeing: Seeing) -> Iterator[Block]:
    """Every contact and promise, and how often he urged."""
    contacts = Contact.objects.filter(case=seeing.case).select_related("by", "person_key")
    heads = [_("When"), _("Direction"), _("Channel"), _("Who"), _("What was said"), entries_head()]
    rows = [_contact(one, seeing) for one in contacts]
    yield Table(heads, rows, "talks", title=_("Contacts"), none=_("No contact is on record."))
    promises = Promise.objects.filter(case=seeing.case).select_related("by", "person_key").order_by("due_at", "pk")
    if promised := [_promise(one, seeing) for one in promises]:
        heads = [_("What"), _("Who keeps it"), _("Made at"), _("Due"), _("Kept at"), entries_head()]
        yield Table(heads, promised, "promises", title=_("Promises"))
    if seeing.case.urged:
        yield Note(_("The customer urged %(n)d times.") % {"n": seeing.case.urged})


def _contact(one: Contact, seeing: Seeing) -> list[str]:
    channel = str(Case.Channel(one.channel).label) if one.channel in Case.Channel.values else one.channel
    reached = "" if one.reached else _("not reached")
    said = "\n".join(filter(None, (reached, seeing.text(one, "note"))))
    moment = both(one.happened_at, one.recorded_at)
    return [moment, one.get_direction_display(), channel, person(one.by), said, numbers(seeing.trail.of(one))]


def _promise(one: Promise, seeing: Seeing) -> list[str]:
    return [
        *(seeing.text(one, "what"), person(one.by), when(one.made_at), until(one.due_at), when(one.kept_at)),
        numbers(seeing.trail.of(one)),
    ]


def beside(seeing: Seeing) -> Iterator[Block]:
    """Slips and chargebacks, inquiry letters, police, advances, referrals, reviews, dissatisfaction, proceedings."""
    rows = [_matter(row, field, seeing) for name, field in MATTERS for row in getattr(seeing.case, name).all()]
    heads = [_("Matter"), _("Opened"), _("State"), _("Ended at"), entries_head()]
    yield Table(heads, rows, "beside", none=_("Nothing ran beside the case."))
    stops = sorted(seeing.case.controls.all(), key=lambda one: (one.effective_at, one.pk))
    heads = [_("Stop"), _("Ordered by"), _("In force from"), _("Receipt"), _("Ended at"), entries_head()]
    yield Table(
        heads, [_stop(one, seeing) for one in stops], "stops", title=_("Stops on card and accounts"), none=_("None.")
    )


def _matter(row: Any, field: str, seeing: Seeing) -> list[str]:
    at = getattr(row, "opened_at", None) or row.recorded_at
    ended = getattr(row, "ended_at", None)
    ending = shown(row, "ending") if hasattr(row, "ending") else ""
    state = shown(row, field) if field else ""
    entries = numbers(seeing.trail.of(row))
    return [record_word(type(row)), when(at), state, "\n".join(filter(None, (when(ended), ending))), entries]


def _stop(one: Any, seeing: Seeing) -> list[str]:
    ended = "\n".join(filter(None, (when(one.ended_at), shown(one, "end"), one.end_receipt)))
    entries = numbers(seeing.trail.of(one, "effective_at"), seeing.trail.of(one, "ended_at") if one.ended_at else ())
    receipt = "\n".join(filter(None, (one.receipt, _("typed by hand") if one.by_hand else "")))
    return [
        "\n".join(filter(None, (one.get_kind_display(), one.account))),
        *(one.get_ordered_by_display(), both(one.effective_at, one.recorded_at), receipt, ended, entries),
    ]
