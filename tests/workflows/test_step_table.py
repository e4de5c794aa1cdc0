"""The step table says what the nodes say, in both languages, and the pages that hold it are current."""

import csv
import io

import pytest
from django.core.management import call_command
from django.utils import translation

from knowledge import policies
from workflows import rulebook
from workflows.flows import FLOWS, CardFraudFlow
from workflows.management.commands.step_table import stale
from workflows.table import nodes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_read():
    """Another test may have left what it read from packs of its own."""
    policies.clear()
    yield
    policies.clear()


@pytest.fixture
def table():
    """Node name → cell by English heading."""
    with translation.override("en"):
        heads = [str(head) for head in rulebook.HEADS]
        return {row.name: dict(zip(heads, words, strict=True)) for row, words in rulebook.cells(CardFraudFlow)}


def test_every_node_but_the_start_has_its_row(table):
    assert list(table) == [node.name for node in nodes_of(CardFraudFlow) if node.name != "start"]


def test_a_step_is_told_with_post_limit_evidence_and_four_eyes(table):
    told = table["stop_by_hand"]
    assert told["Post"] == "Customer service supervisor"
    assert told["Time limit"] == "15 minutes from start of the step"
    assert told["Whose limit"] == "House limit, not verified"
    assert told["Must be on file"] == "Receipt: loss report in force"
    assert told["Not by whoever did"] == "Temporary loss report"


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("wants_stop", "yes: Order the loss report · no: Card known?"),
        ("approve", "approved: Draft the letter · returned: Compensation proposal · refused: Liability decision"),
        ("check_letter", "approved: Issue the letter · returned: Draft the letter"),
        ("order_stop", "confirmed: Fetch the transactions · rejected / no answer: Loss report by hand"),
        ("order_credit", "confirmed: Account to restore? · rejected: Payment by hand · no answer: Ask the core system"),
        ("list_transactions", "confirmed / rejected / no answer: Transaction trace"),
        (
            "at_once",
            "Stop the card? · Real card check · Ask for the logs · First contact with the customer"
            " · Ways to pay beside the card · Credit card? · Obtain the mandate · Find the card · Offer the stop again",
        ),
        ("protect_account", "Order the disputed hold · Stop collection · Mark the credit record"),
        ("stop_collection", "Told, and collection stopped?"),
        ("trace", "Ready to decide"),
        ("archive", "End"),
    ],
)
def test_each_way_out_of_a_node_is_named_by_what_leads_there(table, name, ways):
    assert table[name]["Leads to"] == ways


def test_the_ways_are_those_the_nodes_take():
    """The words follow the order in which nodes list their ways out; this fails when a node changes it."""
    node = CardFraudFlow.instance.node
    approve, order, gateway = node("approve"), node("order_credit"), node("wants_stop")
    assert [edge.dst for edge in approve._outgoing()] == [approve._approved, approve._returned, approve._refused]
    assert [edge.dst for edge in order._outgoing()] == [order._next, order._rejected, order._silent]
    assert [edge.dst for edge in gateway._outgoing()] == [gateway._on_true, gateway._on_false]


def test_a_statutory_limit_is_told_with_its_article():
    assert rulebook._basis(policies.rule("cn.nfra.decide_15")).endswith("18.1，已核实")


def test_a_page_may_ask_for_the_steps_of_some_posts_only(tmp_path):
    """And gets them between its marks, whatever stood there; the rest of the page stays."""
    page = "before\n<!-- step table fraud approval -->\nold\n<!-- /step table -->\nafter\n"
    filled = rulebook.fill(page, language="en", folder=tmp_path)
    assert filled.startswith("before\n<!-- step table fraud approval -->\n\n| Step |")
    assert filled.endswith("|\n\n<!-- /step table -->\nafter\n")
    assert filled.count("\n| [") == 21
    assert "**Inquiry letter**" in filled
    assert "Slip request" not in filled, "a flow without a step of theirs is left out"
    assert "old" not in filled
    assert rulebook.fill(filled, language="en", folder=tmp_path) == filled


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_table_speaks_one_language(language):
    told = rulebook.markdown(language=language)
    assert told.count("\n| ") == sum(len(nodes_of(flow)) for flow in FLOWS)
    assert ("投诉" in told) == (language == "zh-hans")
    assert ("natural" in told) == (language == "en")


def test_it_can_be_had_as_a_sheet():
    out = io.StringIO()
    call_command("step_table", "--format", "csv", "--language", "zh-hans", stdout=out)
    sheet = list(csv.reader(io.StringIO(out.getvalue())))
    assert {len(row) for row in sheet} == {len(rulebook.HEADS)}


def test_writing_brings_a_page_up_to_date_and_tells_which(tmp_path, settings):
    page = tmp_path / "README.md"
    page.write_text("<!-- step table -->\n<!-- /step table -->\n", encoding="utf-8")
    settings.BASE_DIR = tmp_path
    out = io.StringIO()
    call_command("step_table", "--write", stdout=out)
    assert out.getvalue() == "README.md\n"
    assert "| [Transaction trace](" in page.read_text(encoding="utf-8")
    assert list(stale()) == []


def test_the_pages_that_hold_the_table_are_current():
    """If not: `manage.py step_table --write`."""
    assert [str(page) for page, _fresh in stale()] == []
