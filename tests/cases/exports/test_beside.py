"""What decided a case goes along in streams of its own: posts of who acted, limits, rules; and verify.py reads them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import actions as staff_actions, kinds as of_people
from accounts.models import User
from accounts.roles import Role
from cases.actions import contacts, exports
from cases.actions.turn import turn
from cases.exports.shipped import verify
from cases.models import Case
from knowledge.limits import DECIDE_15
from knowledge.models import PolicyEdition
from record.journal import SYSTEM, Fact, append
from tests.cases.exports.bundles import asked, found, made, rewrite, rows, unpacked, verified
from tests.desk.at_work import Desk
from tests.factories.accounts import PostFactory
from tests.journey import Staff

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-battery-1"


@pytest.fixture
def hired(staff: Staff) -> User:
    """Somebody whom the house took on and gave a post, as it is told; and who has signed in."""
    place = staff.bank.head_office
    person = staff_actions.create_user(
        staff_number="wu.min", display_name="吴敏", branch=place, by=SYSTEM, password=PASSWORD
    )
    staff_actions.give_post(user=person, role=Role.CONSUMER_PROTECTION, branch=place, by=SYSTEM)
    Client().post(reverse("admin:login"), {"username": "wu.min", "password": PASSWORD, "next": "/"})
    return User.objects.get(pk=person.pk)


def worked_on(case: Case, user: User, role: Role = Role.CONSUMER_PROTECTION) -> None:
    """The person called the customer in this post."""
    with turn(case, user=user, role=role) as hand:
        told = {"direction": "out", "channel": "phone", "reached": True, "note": "已告知"}
        contacts.add_contact(hand, happened_at=hand.now, **told)


def streams(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as bundle:
        return {json.loads(line)["stream"] for line in bundle.read("proofs.jsonl").splitlines()}


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as bundle:
        told: dict[str, Any] = json.loads(bundle.read("manifest.json"))
    return told


def bundle_of(user: User, case: Case) -> Path:
    return exports.path_of(made(asked(user, case, formats=("entries",))))


def test_an_auditor_gets_posts_limits_and_rules_under_the_same_seal_and_no_signing_in(
    staff: Staff, hired: User
) -> None:
    # given a case somebody worked on, in which a limit of the whole bank counted
    case = Desk.at("approve", staff).case
    worked_on(case, hired)
    limit = staff_actions.set_limit(role=Role.OUTLET_HEAD, amount=60_000, by=SYSTEM)

    # when it is exported
    path = bundle_of(staff.auditor, case)

    # then the streams are in it, proved, and the person's act is found to be that of his post
    had = streams(path)
    assert {case.stream, hired.stream, staff_actions.limits.stream_of(limit), f"policy:{DECIDE_15}"} <= had
    assert not any(name.startswith(("sign-in:", "access:", "login:")) for name in had)
    code, outcome = verified(path)
    assert (code, outcome["found"]) == (0, [])
    assert outcome["acts"] > 0
    told = manifest(path)
    assert told["people"]["streams"] == 1
    assert told["editions"] == {case.policy_version: PolicyEdition.objects.get(version=case.policy_version).packs}


def test_who_has_no_audit_gets_the_rules_and_no_stream_of_a_colleague(staff: Staff, hired: User) -> None:
    case = Desk.at("approve", staff).case
    worked_on(case, hired)

    path = bundle_of(staff.compliance, case)

    assert f"policy:{DECIDE_15}" in streams(path)
    assert not any(name.startswith("user:") for name in streams(path))
    assert verified(path)[0] == 0


def test_somebody_s_stream_in_which_signing_in_still_stands_is_left_out_and_counted(staff: Staff, hired: User) -> None:
    case = Desk.at("approve", staff).case
    worked_on(case, hired)
    with transaction.atomic():
        append(hired.stream, Fact(of_people.LOGGED_IN, {"address": "10.1.2.3"}), actor=hired.actor())

    path = bundle_of(staff.auditor, case)

    assert hired.stream not in streams(path)
    assert manifest(path)["people"]["streams"] == 0
    assert manifest(path)["people"]["left_out"] > 0


def test_an_act_in_a_post_that_was_never_given_is_named(staff: Staff, hired: User) -> None:
    # given somebody put into a post behind the journal's back, who acted in it
    PostFactory.create(user=hired, role=Role.SUPERVISOR, branch=staff.bank.head_office)
    case = Desk.at("approve", staff).case
    worked_on(case, hired, Role.SUPERVISOR)

    # when an auditor verifies what he was given
    code, outcome = verified(bundle_of(staff.auditor, case))

    # then he is told who acted as what
    assert code == 1
    assert {(one["what"], *one["where"][2:]) for one in outcome["found"]} == {("post_unheld", "wu.min", "supervisor")}


def test_rules_that_were_swapped_or_left_out_are_named(staff: Staff, tmp_path: Path) -> None:
    case = Desk.at("approve", staff).case
    folder = unpacked(bundle_of(staff.auditor, case), tmp_path / "bundle")
    assert found(folder) == set()
    journal = rows(folder, "journal.jsonl")

    # without the rules' streams the edition has no rules
    rewrite(folder, "journal.jsonl", [row for row in journal if not row["stream"].startswith("policy:")])
    assert {"edition_other", "stream_missing", "manifest_forged"} <= found(folder)

    # and under another name the edition a case pinned is not there
    rewrite(folder, "journal.jsonl", journal)
    told = json.loads((folder / "manifest.json").read_bytes())
    (packs,) = told["editions"].values()
    told["editions"] = {"20200101-00000000": packs}
    (folder / "manifest.json").write_bytes(verify.plain(told))
    assert {"edition_other", "edition_missing", "manifest_forged"} <= found(folder)
