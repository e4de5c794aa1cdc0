"""Who has a part in the case, and who may not decide it."""

from django.utils.translation import gettext as _

from accounts.models import User
from cases import free_text, kinds
from cases.actions import states
from cases.actions.parties import telephone
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.masking import masked_name
from cases.models import Case, CasePerson, Interest, Representative

Part = CasePerson.Part


def take_part(turn: Turn, *, user: User, part: str) -> CasePerson:
    """Give somebody a part: a new 主办 follows the former one, 协办 and 督办 join, 首问 stays who he is to the end.

    Who has the part already keeps it. CaseError: completed, an unknown part, or a second first contact.
    """
    states.still_open(turn)
    if part not in Part:
        raise CaseError(_("Choose one of the list."), field="part")
    holders = list(turn.case.people.select_related("user").filter(part=part, until=None))
    for holder in holders:
        if holder.user_id == user.pk:
            return holder
    if part == Part.FIRST and holders:
        raise CaseError(_("The first contact stays responsible until the complaint is completed."), field="part")
    ended = holders if part == Part.LEAD else []
    for holder in ended:
        holder.until = turn.now
        holder.save(update_fields=["until"])
    joined = CasePerson(case=turn.case, part=Part(part), user=user, since=turn.now)
    joined.save(force_insert=True)
    before = ", ".join(str(holder.user) for holder in ended)
    kind = kinds.PEOPLE_HANDED_OVER if ended else kinds.PEOPLE_JOINED
    turn.tell(kind, data={"person": str(user), "part": str(part), "before": before}, changed=[*ended, joined])
    return joined


def lead_now(case: Case) -> User | None:
    """The 主办 of this moment."""
    holder = case.people.select_related("user").filter(part=Part.LEAD, until=None).first()
    return holder.user if holder else None


def declare_interest(turn: Turn, *, person: User, why: str) -> Interest:
    """Somebody has a direct interest in the matter and may not decide it from now on (art. 17 回避).

    CaseError: completed, declared before, or no reason.
    """
    states.still_open(turn)
    why = free_text.written(why, field="why", required=True)
    if turn.case.interests.filter(person=person).exists():
        raise CaseError(_("This interest has been declared before."), field="person")
    interest = Interest(case=turn.case, person_key=turn.case.person_key, person=person, declared_at=turn.now)
    interest.seal(why=why)
    interest.save(force_insert=True)
    turn.tell(kinds.INTEREST_DECLARED, data={"person": str(person)}, personal={"why": why}, changed=[interest])
    return interest


def represent(turn: Turn, *, kind: str, name: str, phone: str = "") -> Representative:
    """Somebody speaks for the customer: an agent with a mandate or an heir, whose paper goes on file (art. 14).

    CaseError: completed, an unknown kind, no name, or a phone that cannot be one.
    """
    states.still_open(turn)
    if kind not in Representative.Kind:
        raise CaseError(_("Choose one of the list."), field="kind")
    name = free_text.written(name, field="name", required=True, longest=80)
    representative = Representative(
        case=turn.case,
        person_key=turn.case.person_key,
        kind=Representative.Kind(kind),
        name_masked=masked_name(name),
    )
    representative.seal(name=name, phone=telephone(phone))
    representative.save(force_insert=True)
    data = {"person": representative.name_masked, "kind": str(kind)}
    turn.tell(kinds.PEOPLE_REPRESENTED, data=data, changed=[representative])
    return representative


def has_interest(case: Case, persons: set[int]) -> bool:
    """Whether any of these people (ids) declared an interest in the case."""
    return case.interests.filter(person__in=persons).exists()
