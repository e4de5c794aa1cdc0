"""Limits as data: loaded once, pinned by the case, never moved, never unverified law."""

import time
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from accounts.models import User
from knowledge import limits, loading, pack_files, policies
from knowledge.calendars import Unit
from knowledge.models import PolicyEdition, PolicyRule
from record import clock, journal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 22, 1, tzinfo=UTC)
PACK = """
pack = "try"
version = {version}
kind = "{kind}"
effective_from = {since}
as_of = 2026-01-01
verified_on = 2026-01-02
source = "试行办法"
source_en = "Trial rules"
article = "1"
link = "https://example.org/"

[[rule]]
key = "try.answer"
name = "答复"
name_en = "Answer"
amount = {amount}
unit = "natural_days"
counts_from = "receipt"
verified = {verified}
"""


@pytest.fixture
def write(tmp_path):
    """Writes a pack of one rule, `try.answer`, and returns its folder."""

    def pack(version=1, amount=10, since="2026-01-01", kind="law", verified="true", name="try") -> Path:
        said = {"version": version, "amount": amount, "since": since, "kind": kind, "verified": verified}
        (tmp_path / f"{name}-{version}.toml").write_text(PACK.format(**said), encoding="utf-8")
        return tmp_path

    return pack


def test_the_shipped_packs_are_in_force_after_migrate():
    assert {rule.key for rule in policies.rules()} == set(pack_files.shipped())


@pytest.mark.parametrize(
    ("key", "amount", "unit", "counts_from"),
    [
        (limits.STOP_LOSS, 5, Unit.MINUTES, "notice"),
        (limits.CARD_ORDER, 15, Unit.MINUTES, "step"),
        (limits.STOP_BY_HAND, 15, Unit.MINUTES, "step"),
        (limits.REAL_CARD, 24, Unit.HOURS, "notice"),
        (limits.KEEP_EVIDENCE, 72, Unit.HOURS, "notice"),
        (limits.FIRST_CONTACT, 24, Unit.HOURS, "receipt"),
        (limits.TRACE, 5, Unit.NATURAL_DAYS, "receipt"),
        (limits.LIABILITY, 10, Unit.NATURAL_DAYS, "receipt"),
        (limits.PAYMENT, 1, Unit.NATURAL_DAYS, "step"),
        (limits.PAYMENT_CHECK, 1, Unit.NATURAL_DAYS, "step"),
        (limits.RESTORE, 2, Unit.NATURAL_DAYS, "step"),
    ],
)
def test_house_limits_say_that_nobody_verified_them(key, amount, unit, counts_from):
    rule = policies.rule(key)

    assert (rule.amount, rule.unit, rule.counts_from) == (amount, unit, counts_from)
    assert not rule.is_law
    assert not rule.verified
    assert rule.source.startswith("行内默认，未经核实")


@pytest.mark.parametrize(
    ("key", "amount", "article"),
    [
        (limits.DECIDE_15, 15, "18.1"),
        (limits.DECIDE_30, 30, "18.1"),
        (limits.DECIDE_60, 60, "18.1"),
        (limits.WITHDRAWAL, 0, "15"),
        (limits.REVIEW_ASK, 30, "20"),
        (limits.REVIEW_DECIDE, 30, "20"),
    ],
)
def test_statutory_limits_are_verified_law_in_natural_days(key, amount, article):
    rule = policies.rule(key)

    assert (rule.amount, rule.unit, rule.article) == (amount, Unit.NATURAL_DAYS, article)
    assert rule.is_law
    assert rule.verified
    assert rule.link.startswith("https://www.gov.cn/")


def test_only_the_second_extension_needs_an_approval():
    first = policies.rule(limits.DECIDE_30).extension
    second = policies.rule(limits.DECIDE_60).extension

    assert (first["of"], first["approved_by"], first["tell_complainant"]) == (limits.DECIDE_15, [], False)
    assert second["of"] == limits.DECIDE_30
    assert second["approved_by"] == ["superior_body", "head_office_senior_management"]
    assert second["tell_complainant"] is True


def test_the_house_is_ready_to_tell_before_the_law_asks():
    """Liability counts from receipt; what follows it up to the telling must fit in before day 15."""
    steps = [limits.LIABILITY, limits.PROPOSAL, limits.APPROVAL, limits.TELLING]

    assert sum(policies.rule(key).amount for key in steps) < policies.rule(limits.DECIDE_15).amount


def test_a_rule_counts_and_speaks():
    rule = policies.rule(limits.DECIDE_15)

    assert rule.due(datetime(2026, 9, 25, 2, tzinfo=UTC), "Asia/Shanghai") == datetime(2026, 10, 10, 16, tzinfo=UTC)
    with translation.override("en"):
        assert rule.title == "Decide and tell the complainant"
        assert rule.basis.endswith("(CBIRC Order 2020 No. 3) 18.1")
    with translation.override("zh-hans"):
        assert rule.title == "作出处理决定并告知投诉人"


def test_loading_twice_changes_nothing():
    before = PolicyRule.objects.count(), PolicyRule.history.count(), PolicyEdition.objects.count()

    assert loading.load_packs() == 0

    assert (PolicyRule.objects.count(), PolicyRule.history.count(), PolicyEdition.objects.count()) == before


def test_every_loaded_rule_stands_in_the_journal_with_its_history():
    [entry] = journal.entries(f"policy:{limits.DECIDE_15}")

    assert entry.kind == "policy.loaded"
    assert entry.data["amount"] == 15
    assert journal.verify(f"policy:{limits.DECIDE_15}") is None
    with translation.override("en"):
        assert entry.say() == "Limit loaded: 15 natural_days (cn-nfra-2020-3 1, from 2020-03-01)"


def test_a_pack_loaded_by_hand_is_told_with_whoever_loaded_it(write):
    operator: User = UserFactory.create()
    call_command("load_packs", str(write()), staff=operator.staff_number, stdout=StringIO())
    (entry,) = journal.entries("policy:try.answer")
    assert entry.actor_number == operator.staff_number
    assert entry.told["actor"]["cause"] == "command load_packs"


def test_a_pinned_case_keeps_its_limit_when_the_law_changes(write):
    with clock.at(TODAY) as hand:
        loading.load_packs(write(version=1, amount=10))
        pinned = policies.pin()
        loading.load_packs(write(version=2, amount=7, since="2027-01-01"))
        assert policies.rule("try.answer").amount == 10

        hand.to(datetime(2026, 12, 31, 16, tzinfo=UTC))  # midnight in Shanghai

        assert policies.rule("try.answer").amount == 7
        assert policies.rule("try.answer", pinned).amount == 10
        assert policies.pin() != pinned
        assert policies.rule(limits.DECIDE_15, pinned).amount == 15


def test_the_name_of_an_edition_is_short_and_the_same_everywhere():
    shipped = [(rule.pack, rule.version, rule.effective_from, rule.effective_to) for rule in pack_files.read_all()]

    assert policies.pin() == policies.current_version() == policies.timeline(shipped)[-1].version
    assert len(policies.pin()) <= 20


def test_a_limit_younger_than_the_case_applies_as_it_was_first_made(write):
    with clock.at(TODAY) as hand:
        pinned = policies.pin()
        loading.load_packs(write(version=1, amount=10, since="2027-01-01"))
        loading.load_packs(write(version=2, amount=7, since="2027-06-01"))
        hand.to(TODAY + timedelta(days=365))

        assert policies.rule("try.answer", pinned).amount == 10
        assert policies.rule("try.answer").amount == 7


def test_editions_follow_the_days_on_which_packs_begin_and_end():
    rows = [
        ("a", 1, date(2020, 1, 1), None),
        ("a", 2, date(2022, 1, 1), None),
        ("b", 1, date(2021, 1, 1), date(2023, 1, 1)),
    ]

    assert [(edition.since.year, edition.packs) for edition in policies.timeline(rows)] == [
        (2020, {"a": 1}),
        (2021, {"a": 1, "b": 1}),
        (2022, {"a": 2, "b": 1}),
        (2023, {"a": 2}),
    ]


def test_before_the_first_pack_there_is_no_edition():
    with pytest.raises(policies.PolicyMissing):
        policies.current_version(datetime(2019, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("key", "version"), [("no.such", None), (limits.TRACE, "20200301-00000000"), (limits.TRACE, "")]
)
def test_an_unknown_rule_or_edition_is_an_error(key, version):
    with pytest.raises(policies.PolicyMissing):
        policies.rule(key, version)


def test_unverified_law_shows_itself_and_drives_no_clock(write):
    loading.load_packs(write(verified="false"))

    with clock.at(TODAY):
        assert "try.answer" in {rule.key for rule in policies.rules()}
        with pytest.raises(policies.UnverifiedLaw):
            policies.rule("try.answer")


def test_an_unverified_house_limit_drives_its_clock(write):
    loading.load_packs(write(kind="house", verified="false"))

    with clock.at(TODAY):
        assert policies.rule("try.answer").amount == 10


def test_a_loaded_version_is_never_changed_by_its_file(write):
    loading.load_packs(write(amount=10))

    with pytest.raises(loading.PackChanged, match=r"try\.answer: amount changed under version 1"):
        loading.load_packs(write(amount=11))

    assert PolicyRule.objects.get(key="try.answer").amount == 10


@pytest.mark.parametrize("table", ["knowledge_policyrule", "knowledge_policyedition", "knowledge_historicalpolicyrule"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_nobody_changes_a_loaded_version_in_the_table(table, verb):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))


def test_what_was_read_once_costs_no_query(django_assert_num_queries):
    pinned = policies.pin()
    policies.rule(limits.TRACE, pinned)

    with django_assert_num_queries(0):
        assert policies.pin() == pinned
        assert policies.rule(limits.TRACE).key == limits.TRACE
        assert policies.rule(limits.LIABILITY, pinned).key == limits.LIABILITY


def test_a_pack_loaded_by_another_process_is_seen_within_a_minute(write, monkeypatch):
    with clock.at(TODAY):
        before = policies.pin()
        monkeypatch.setattr(policies, "clear", lambda: None)
        loading.load_packs(write())
        assert policies.pin() == before

        later = time.monotonic() + policies.FRESH_SECONDS + 1
        monkeypatch.setattr("knowledge.policies.time", SimpleNamespace(monotonic=lambda: later))

        assert policies.pin() != before
        assert policies.rule("try.answer").amount == 10


def test_loading_makes_this_process_forget_at_once(write):
    with clock.at(TODAY):
        before = policies.pin()
        loading.load_packs(write())

        assert policies.pin() != before


def test_a_pack_whose_loading_failed_leaves_nothing(write, tmp_path):
    before = PolicyRule.objects.count()
    write()
    (tmp_path / "z.toml").write_text('pack = "z"\n[[rule]]\nkey = "z.z"\n', encoding="utf-8")

    with pytest.raises(pack_files.BrokenPack, match=r"z\.toml: z\.z"):
        loading.load_packs(tmp_path)

    assert PolicyRule.objects.count() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("amount = 10", "amount = -1"),
        ("amount = 10", "amount = 1.5"),
        ("amount = 10", "amount = true"),
        ('unit = "natural_days"', 'unit = "moons"'),
        ('counts_from = "receipt"', 'counts_from = "sometime"'),
        ('kind = "law"', 'kind = "rumour"'),
        ('article = "1"\n', ""),
        ("verified_on = 2026-01-02\n", ""),
        ("version = 1", "version = "),
        ('name = "答复"', 'nmae = "答复"'),
        ("effective_from = 2026-01-01", 'effective_from = "soon"'),
    ],
)
def test_a_broken_pack_is_refused_by_name(write, old, new):
    [path] = write().glob("*.toml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(pack_files.BrokenPack, match=r"try-1\.toml"):
        pack_files.read_all(path.parent)


def test_one_key_belongs_to_one_pack(write):
    folder = write()
    (folder / "other.toml").write_text(
        (folder / "try-1.toml").read_text(encoding="utf-8").replace('pack = "try"', 'pack = "other"'), encoding="utf-8"
    )

    with pytest.raises(pack_files.BrokenPack, match="set twice"):
        pack_files.read_all(folder)


def test_the_command_loads_a_folder_and_says_how_many(write, capsys, tmp_path):
    call_command("load_packs", str(write()))
    assert capsys.readouterr().out == "1 new rules.\n"

    with pytest.raises(CommandError, match="changed under version 1"):
        call_command("load_packs", str(write(amount=3)))
    with pytest.raises(CommandError, match="not a folder"):
        call_command("load_packs", str(tmp_path / "nowhere"))


def test_a_statutory_day_is_told_by_the_banks_own_calendar():
    """The edition turns at midnight in Shanghai, not in Greenwich."""
    first = datetime(2020, 2, 29, 16, tzinfo=UTC)

    assert policies.current_version(first)
    with pytest.raises(policies.PolicyMissing):
        policies.current_version(first - timedelta(seconds=1))
