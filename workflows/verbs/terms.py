"""More time by law: asked for, answered, told. Another date, sum and way: agreed with the customer, ended."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Standing, User
from accounts.permissions import Verb, allowed, refusal, within
from accounts.roles import Level, Role
from cases.actions import extension as extensions, settlement as settlements
from cases.actions.turn import Turn, turn
from cases.errors import NotAllowed
from cases.models import Case, CasePerson, Duty, Extension, Settlement
from knowledge import policies

from ..apart import APART
from .hand import act_by
from .law_clock import lead_back, limits_follow

# What a pack calls who must approve (CBIRC 2020 No.3 art. 18.1) → whether this post is that, for this case.
SUPERIOR = "superior_body"
SENIOR = "head_office_senior_management"


def ask_extension(case: Case, *, user: User, reason: str, clock: UUID | None = None) -> Extension:
    """Ask for the next longer limit of one clock (see `extension.ask`). Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.MOVE_CLOCK, hand.case)
        _free(hand, "")
        return extensions.ask(hand, reason=reason, clock=clock)


def grant_extension(extension: Extension, *, user: User, reason: str = "") -> Extension:
    """Yes to more time, by a post that may; in force at once, or when the customer was told. Raises CaseError."""
    with turn(extension.case, user=user) as hand:
        _may_answer(hand, extension)
        granted = extensions.grant(hand, extension=extension, reason=reason)
        limits_follow(hand)
    return granted


def refuse_extension(extension: Extension, *, user: User, reason: str) -> Extension:
    """No to more time, with the reason. Raises CaseError."""
    with turn(extension.case, user=user) as hand:
        _may_answer(hand, extension)
        return extensions.refuse(hand, extension=extension, reason=reason)


def tell_extension(extension: Extension, *, user: User, notice: str, told_at: datetime) -> Extension:
    """The customer was told of the approved extension: it takes effect. Raises CaseError."""
    with turn(extension.case, user=user) as hand:
        act_by(hand, Verb.MOVE_CLOCK, hand.case)
        told = extensions.tell(hand, extension=extension, notice=notice, told_at=told_at)
        limits_follow(hand)
    return told


def settle(
    case: Case,
    *,
    user: User,
    number: str,
    amount: Decimal,
    answer_by: date,
    way: str,
    text: str,
    agreed_at: datetime,
) -> Settlement:
    """Customer and bank agreed; what was proposed before is proposed anew, as agreed. Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.SETTLE, hand.case)
        made = settlements.settle(
            hand, number=number, amount=amount, answer_by=answer_by, way=way, text=text, agreed_at=agreed_at
        )
        lead_back(hand, "on_settlement", "settlement")
    return made


def end_settlement(case: Case, *, user: User, ending: str, reason: str, ended_at: datetime) -> Settlement:
    """The agreement ended; the clock is as it was, the proposal is made anew. Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.SETTLE, hand.case)
        ended = settlements.end(hand, ending=ending, reason=reason, ended_at=ended_at)
        lead_back(hand, "on_settlement", "settlement")
    return ended


def right_to_answer(extension: Extension, user: User) -> Standing | None:
    """The post by which this person may answer the request, his own first. Four eyes are asked when he does."""
    case = extension.case
    approvers = policies.rule(extension.key, case.policy_version or None).extension["approved_by"]
    return next((held for held in user.standings_now() if _is_one_of(held, case, approvers)), None)


def _is_one_of(held: Standing, case: Case, approvers: list[str]) -> bool:
    post = held.post
    verb = Verb.APPROVE_EXTENSION if approvers else Verb.GRANT_EXTENSION
    if not allowed(post.role, verb) or not within(post.branch_id, post.branch.level, case):
        return False
    return not approvers or any(_is(name, held, case) for name in approvers)


def _is(name: str, held: Standing, case: Case) -> bool:
    """The branch above the one that handles the case; or whoever leads at head office."""
    if name == SENIOR:
        return bool(held.post.role == Role.CARD_CENTRE_HEAD)
    return name == SUPERIOR and Level(held.post.branch.level).rank < Level(case.handling_unit.level).rank


def _may_answer(hand: Turn, extension: Extension) -> None:
    """Act by the post that may answer; not the handler, not the asker, nobody with an interest. Raises NotAllowed."""
    if hand.user is None:
        raise NotAllowed
    extension.case = hand.case
    held = right_to_answer(extension, hand.user)
    if held is None:
        approvers = policies.rule(extension.key, hand.case.policy_version or None).extension["approved_by"]
        verb = Verb.APPROVE_EXTENSION if approvers else Verb.GRANT_EXTENSION
        raise NotAllowed(refusal(hand.user, verb, hand.case) or _("The unit above the one that handles it answers."))
    hand.role, hand.for_whom = held.post.role, held.for_whom
    _free(hand, extensions.ANSWER)
    if hand.case.people.filter(part=CasePerson.Part.LEAD, until=None, user__in=hand.persons).exists():
        raise NotAllowed(_("Whoever handles the case does not give himself more time."))


def _free(hand: Turn, duty: str) -> None:
    """No duty kept apart from this one was done by or for him, and no interest of his is on record."""
    apart = {other for _flow, first, other in APART if first == duty and other}
    persons = [person for person in (hand.user, hand.for_whom) if person]
    barring = Duty.objects.barring(hand.case, persons, apart)
    if barring == "":
        raise NotAllowed(_("An interest in this case is on record; another person has to do this."))
    if barring:
        raise NotAllowed(_("Whoever asks for more time does not grant it, nor does his substitute for him."))


def answers_for(user: User) -> Iterator[Extension]:
    """Requests that wait for this person's yes or no, or for his telling the customer; the most urgent first."""
    alive = Extension.objects.filter(
        state__in=extensions.ALIVE, case__in=Case.objects.visible_to(user).values("pk")
    ).exclude(case__interests__person=user)
    for one in alive.select_related("case__handling_unit", "deadline", "asked_by").order_by("deadline__due_at")[:40]:
        if one.state == Extension.State.WAITING:
            if one.asked_by_id != user.pk and right_to_answer(one, user):
                yield one
        elif one.asked_by_id == user.pk:
            yield one
