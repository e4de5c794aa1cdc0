"""Who may do what, and how far: one table, read by pages, API, commands and flows alike.

A right comes from a post in office. It reaches the post's own branch and everything below, or the whole bank; verbs
that belong to a step also ask for the step's own role. A superuser has no post and so no right here. Four eyes,
interest and "who holds the step" are asked by the verbs themselves, after this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import FRONT_LINE, HANDLERS, HEADS, INVESTIGATION, SHIFT_LEADS, Level, Role

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.models.post import Standing


class Place(Protocol):
    """Anything with a place in the tree: a branch, a case, a step. All three empty is the head office."""

    tier1_id: int | None
    tier2_id: int | None
    outlet_id: int | None


class Verb(TextChoices):
    """What can be done, in the words of the permission table."""

    SEE = "see", _("see")  # the case with its time line
    REGISTER = "register", _("register a case")
    STOP_LOSS = "stop_loss", _("stop the loss on a card")
    CONTROL = "control", _("record stops and their lapse")
    IMPORT = "import", _("import complaints")
    CLAIM = "claim", _("claim a step")
    RELEASE = "release", _("give a step back")
    HAND_OVER = "hand_over", _("hand a step over")
    REASSIGN = "reassign", _("reassign a step")
    COMPLETE = "complete", _("complete a step")
    APPROVE = "approve", _("approve, return or refuse")
    CANCEL_STEP = "cancel_step", _("cancel a step")
    WITHDRAW = "withdraw", _("withdraw the complaint")
    LEAVE_UNHANDLED = "leave_unhandled", _("leave a complaint without a mandate unhandled")
    OPEN_CHARGEBACK = "open_chargeback", _("open a slip request or chargeback")
    OPEN_INQUIRY = "open_inquiry", _("open an inquiry letter")
    OPEN_POLICE = "open_police", _("open a police report")
    OPEN_DISSENT = "open_dissent", _("record that the customer is not content")
    OPEN_REVIEW = "open_review", _("take an application for a review, or its end")
    RECORD_PROCEEDING = "record_proceeding", _("record a mediation, arbitration or lawsuit")
    END_HOLD = "end_hold", _("end a legal hold")
    OPEN_ADVANCE = "open_advance", _("ask for an advance payment")
    MOVE_CLOCK = "move_clock", _("let the statutory clock stand or run again")
    ACCEPT_NEW_FACTS = "accept_new_facts", _("accept new facts, which restart the statutory clock")
    GRANT_EXTENSION = "grant_extension", _("grant or refuse more time where the law asks for no approval")
    APPROVE_EXTENSION = "approve_extension", _("grant or refuse more time for the unit below, or for head office")
    SETTLE = "settle", _("record a settlement with the customer, or its end")
    JOIN_REFERRAL = "join_referral", _("join an authority's letter to a case")
    ADD_EVIDENCE = "add_evidence", _("add evidence")
    DOWNLOAD_EVIDENCE = "download_evidence", _("download evidence")
    FOLLOW_MONEY = "follow_money", _("record where the money went")
    JUDGE_PROOF = "judge_proof", _("judge what is proved")
    ADD_CONTACT = "add_contact", _("record a contact")
    ADD_PROMISE = "add_promise", _("make a promise to the customer")
    SHOW_IN_CLEAR = "show_in_clear", _("show personal values in clear")
    DECLARE_INTEREST = "declare_interest", _("declare an interest")
    SEE_CREDIT_LIST = "see_credit_list", _("see the list of credit-record corrections")
    RECEIVE = "receive", _("receive visitors and keep the register")
    SEE_RECEPTIONS = "see_receptions", _("see the reception register")
    SEE_RISK = "see_risk", _("see the risk judgement")
    SEE_PAST = "see_past", _("see a case as of any moment")
    AUDIT = "audit", _("see the lists and the search of the audit")
    SEE_FINDINGS = "see_findings", _("read what audits found")
    ANSWER_FINDING = "answer_finding", _("answer what an audit found, and put it right")
    EXPORT = "export", _("export complaints as a bundle")
    APPROVE_EXPORT = "approve_export", _("approve an export with personal values in clear")
    PROPOSE_ERASURE = "propose_erasure", _("propose what is to be erased")
    APPROVE_ERASURE = "approve_erasure", _("approve what is to be erased")
    MANAGE_PEOPLE = "manage_people", _("manage people, branches, posts and absences")
    MANAGE_LIMITS = "manage_limits", _("manage authority limits")


class Reach(Enum):
    """How far a right goes from the branch of the post."""

    OWN = "own branch and below"
    BANK = "whole bank"


NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Rule:
    """Who has the verb in his own branch and below, who in the whole bank. `step`: only with the step's own role."""

    own: frozenset[Role] = NOBODY
    bank: frozenset[Role] = NOBODY
    step: bool = False

    def reach(self, role: str) -> Reach | None:
        """None when the role does not have the verb at all."""
        if role in self.bank:
            return Reach.BANK
        return Reach.OWN if role in self.own else None


CUSTOMER_FACING = FRONT_LINE | SHIFT_LEADS | HEADS | {Role.CONSUMER_PROTECTION}
IN_CHARGE = SHIFT_LEADS | {Role.CONSUMER_PROTECTION}
AUDIT = frozenset({Role.AUDITOR})
ADMINISTRATION = frozenset({Role.ADMINISTRATOR})

TABLE: dict[Verb, Rule] = {
    # the case
    Verb.SEE: Rule(own=HANDLERS, bank=AUDIT),
    Verb.REGISTER: Rule(own=FRONT_LINE | IN_CHARGE | {Role.OUTLET_HEAD}),
    # a card is stopped for whoever calls, whichever branch will handle the case: no place may delay it
    Verb.STOP_LOSS: Rule(bank=FRONT_LINE | IN_CHARGE | {Role.OUTLET_HEAD, Role.FRAUD}),
    Verb.CONTROL: Rule(own=IN_CHARGE | {Role.FRAUD}),
    Verb.IMPORT: Rule(own=frozenset({Role.SERVICE_MANAGER, Role.CONSUMER_PROTECTION})),
    Verb.WITHDRAW: Rule(own=FRONT_LINE | IN_CHARGE),
    Verb.LEAVE_UNHANDLED: Rule(own=IN_CHARGE),
    Verb.MOVE_CLOCK: Rule(own=IN_CHARGE),
    # whoever handles the case may not give himself more time
    Verb.ACCEPT_NEW_FACTS: Rule(own=SHIFT_LEADS),
    # more time is asked for by whoever may move the clock, and granted by somebody else
    Verb.GRANT_EXTENSION: Rule(own=SHIFT_LEADS),
    Verb.APPROVE_EXTENSION: Rule(own=HEADS - {Role.OUTLET_HEAD}),
    Verb.SETTLE: Rule(own=IN_CHARGE),
    Verb.JOIN_REFERRAL: Rule(own=IN_CHARGE),
    # what runs beside it
    Verb.OPEN_CHARGEBACK: Rule(own=INVESTIGATION | IN_CHARGE),
    Verb.OPEN_INQUIRY: Rule(own=INVESTIGATION | IN_CHARGE),
    # the handler asks, whoever may approve such a sum answers
    Verb.OPEN_ADVANCE: Rule(own=frozenset({Role.CONSUMER_PROTECTION})),
    # the customer is told in the call to go to the police
    Verb.OPEN_POLICE: Rule(own=FRONT_LINE | INVESTIGATION | IN_CHARGE | {Role.OUTLET_HEAD}),
    # after the decision; whoever meets the customer takes down that he is not content
    Verb.OPEN_DISSENT: Rule(own=CUSTOMER_FACING),
    Verb.OPEN_REVIEW: Rule(own=CUSTOMER_FACING),
    Verb.RECORD_PROCEEDING: Rule(own=IN_CHARGE | {Role.COMPLIANCE}),
    # what a court may still ask for is let go by compliance alone
    Verb.END_HOLD: Rule(own=frozenset({Role.COMPLIANCE})),
    # its steps
    Verb.CLAIM: Rule(own=HANDLERS, step=True),
    Verb.RELEASE: Rule(own=HANDLERS, step=True),
    Verb.HAND_OVER: Rule(own=HANDLERS, step=True),
    Verb.COMPLETE: Rule(own=HANDLERS, step=True),
    # heads by their limits; compliance checks what goes out to the customer
    Verb.APPROVE: Rule(own=HEADS | {Role.COMPLIANCE}, step=True),
    Verb.REASSIGN: Rule(own=IN_CHARGE | HEADS),
    Verb.CANCEL_STEP: Rule(own=IN_CHARGE),
    # what is kept in it
    Verb.ADD_EVIDENCE: Rule(own=HANDLERS),
    Verb.DOWNLOAD_EVIDENCE: Rule(own=HANDLERS, bank=AUDIT),
    Verb.FOLLOW_MONEY: Rule(own=INVESTIGATION),
    Verb.JUDGE_PROOF: Rule(own=INVESTIGATION),
    Verb.ADD_CONTACT: Rule(own=CUSTOMER_FACING | INVESTIGATION | {Role.COLLECTION}),
    Verb.ADD_PROMISE: Rule(own=CUSTOMER_FACING),
    # upper heads approve on masked values; who meets the customer, or pays, corrects or examines, needs them whole
    Verb.SHOW_IN_CLEAR: Rule(own=HANDLERS - HEADS - {Role.RISK} | {Role.OUTLET_HEAD}, bank=AUDIT),
    Verb.DECLARE_INTEREST: Rule(own=HANDLERS),
    Verb.SEE_CREDIT_LIST: Rule(
        own=HEADS | {Role.CREDIT_REPORTING, Role.CONSUMER_PROTECTION, Role.COMPLIANCE}, bank=AUDIT
    ),
    # whoever meets customers at a branch takes the visit down (CBIRC 2020 No.3 art. 7); those who look on read it
    Verb.RECEIVE: Rule(own=CUSTOMER_FACING),
    Verb.SEE_RECEPTIONS: Rule(own=CUSTOMER_FACING | {Role.COMPLIANCE}, bank=AUDIT),
    # 反洗钱法 art. 7: nobody who meets the customer, or heads those who do, learns of a report
    Verb.SEE_RISK: Rule(own=frozenset({Role.COMPLIANCE}), bank=AUDIT),
    # how it stood then, and who could do what: for those who answer for it later
    Verb.SEE_PAST: Rule(own=frozenset({Role.CONSUMER_PROTECTION, Role.COMPLIANCE}), bank=AUDIT),
    # who looked at whom is told to nobody who works on cases, compliance included
    Verb.AUDIT: Rule(bank=AUDIT),
    # a unit reads and answers its own; consumer protection reads along, the auditor checks again
    Verb.SEE_FINDINGS: Rule(own=HEADS | {Role.SERVICE_MANAGER, Role.CONSUMER_PROTECTION}, bank=AUDIT),
    Verb.ANSWER_FINDING: Rule(own=HEADS | {Role.SERVICE_MANAGER}),
    # whole histories leave the house by those who answer for them; in clear only with the yes of one of the second line
    Verb.EXPORT: Rule(own=IN_CHARGE | HEADS | {Role.COMPLIANCE}, bank=AUDIT),
    Verb.APPROVE_EXPORT: Rule(own=HEADS - {Role.OUTLET_HEAD} | {Role.COMPLIANCE}),
    # asked for the bank as a whole, so at head office alone: a person's key opens him at every branch. Who keeps the
    # files proposes, who answers for the law agrees; whoever gives rights has no part in it
    Verb.PROPOSE_ERASURE: Rule(own=frozenset({Role.CONSUMER_PROTECTION})),
    Verb.APPROVE_ERASURE: Rule(own=frozenset({Role.COMPLIANCE})),
    # people
    Verb.MANAGE_PEOPLE: Rule(own=ADMINISTRATION),
    Verb.MANAGE_LIMITS: Rule(own=ADMINISTRATION),
}

NOT_SIGNED_IN = _("This account is not active.")
NO_POST = _("You hold no post at present.")
NOT_YOUR_POST = _("Your post does not include this.")
NOT_YOUR_STEP = _("This step belongs to another post: %(role)s.")
NOT_YOUR_BRANCH = _("This lies outside your branch.")


def reach_of(role: str, verb: Verb) -> Reach | None:
    """How far this role has the verb; None = not at all."""
    return TABLE[verb].reach(role)


def allowed(role: str, verb: Verb, *, step_role: str | None = None) -> bool:
    """True when a holder of the role may do this somewhere. Verbs of a step need `step_role` to be the role itself."""
    rule = TABLE[verb]
    if rule.step and role != step_role:
        return False
    return rule.reach(role) is not None


def within(branch_id: int, level: str, place: Place | None) -> bool:
    """True when the branch is the place or stands above it. `None` is the bank as a whole: only the head office is."""
    return level == Level.HEAD_OFFICE or (place is not None and getattr(place, f"{level}_id") == branch_id)


def standing(user: "User", verb: Verb, place: Place | None, *, step_role: str | None = None) -> "Standing | None":
    """The post that gives the right, the person's own before those he stands in for; it says in whose name he acts."""
    if not user.is_active:
        return None
    return given_by(user.standings_now(), verb, place, step_role=step_role)


def given_by(
    standings: "Iterable[Standing]", verb: Verb, place: Place | None, *, step_role: str | None = None
) -> "Standing | None":
    """The first of these posts that gives the right there, whoever holds them and whenever he held them."""
    return next((held for held in standings if _gives(held, verb, place, step_role)), None)


def refusal(user: "User", verb: Verb, place: Place | None, *, step_role: str | None = None) -> str | Promise | None:
    """Why the person may not do this there; None when he may. `place` None = the bank as a whole (head office)."""
    if not user.is_active:
        return NOT_SIGNED_IN
    if standing(user, verb, place, step_role=step_role):
        return None
    roles = {held.post.role for held in user.standings_now()}
    if not roles:
        return NO_POST
    if any(allowed(role, verb, step_role=step_role) for role in roles):
        return NOT_YOUR_BRANCH
    if TABLE[verb].step and step_role in Role.values and step_role not in roles:
        return NOT_YOUR_STEP % {"role": Role(step_role).label}
    return NOT_YOUR_POST


def may(user: "User", verb: Verb, place: Place | None, *, step_role: str | None = None) -> bool:
    """True when the person may do this there, by a post of his own or of one he stands in for."""
    return standing(user, verb, place, step_role=step_role) is not None


def may_somewhere(user: "User", verb: Verb) -> bool:
    """True when some post includes the verb at all (menus and buttons without a case); steps count with any role."""
    return user.is_active and any(reach_of(held.post.role, verb) for held in user.standings_now())


def _gives(held: "Standing", verb: Verb, place: Place | None, step_role: str | None) -> bool:
    role = held.post.role
    if not allowed(role, verb, step_role=step_role):
        return False
    branch = held.post.branch
    return reach_of(role, verb) is Reach.BANK or within(branch.pk, branch.level, place)
