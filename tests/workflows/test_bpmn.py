"""Every flow as BPMN 2.0: whole, connected, drawn, and the same each time."""

import io
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from workflows import bpmn
from workflows.bpmn import graph as graphing
from workflows.flows import FLOWS, CardFraudFlow
from workflows.nodes import Approval, Instruct
from workflows.table import nodes_of

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
POINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"


@pytest.fixture(params=FLOWS, ids=lambda flow: flow.__name__)
def flow(request):
    return request.param


def read(flow, language="en"):
    with translation.override(language):
        return ElementTree.fromstring(bpmn.document(flow).encode())


def elements(root):
    """Tag and element by id: everything of the process but its links."""
    process = root.find(f"{MODEL}process")
    return {one.attrib["id"]: one for one in process if one.tag != f"{MODEL}sequenceFlow"}


def links(root):
    return root.findall(f".//{MODEL}sequenceFlow")


def test_every_node_is_an_element_by_its_name_and_every_way_on_is_a_link(flow):
    root = read(flow)
    found = elements(root)
    nodes = nodes_of(flow)
    assert {node.name for node in nodes} <= set(found)
    pairs = {(one.attrib["sourceRef"], one.attrib["targetRef"]) for one in links(root)}
    for node in nodes:
        begin = node.name + graphing.ANSWER if node.name + graphing.ANSWER in found else node.name
        assert {(begin, edge.dst.name) for edge in node._outgoing()} <= pairs
    assert all({a, b} <= set(found) for a, b in pairs)
    assert len({one.attrib["id"] for one in root.iter() if "id" in one.attrib}) == sum(
        "id" in one.attrib for one in root.iter()
    )


def test_elements_and_links_name_each_other(flow):
    root = read(flow)
    ends = {one.attrib["id"]: (one.attrib["sourceRef"], one.attrib["targetRef"]) for one in links(root)}
    said = {
        way: {(one.text, name) for name, element in elements(root).items() for one in element.findall(f"{MODEL}{way}")}
        for way in ("incoming", "outgoing")
    }
    assert said["outgoing"] == {(link, pair[0]) for link, pair in ends.items()}
    assert said["incoming"] == {(link, pair[1]) for link, pair in ends.items()}


def test_everything_is_drawn_once_and_no_shape_lies_on_another(flow):
    root = read(flow)
    drawn = [one.attrib["bpmnElement"] for tag in ("BPMNShape", "BPMNEdge") for one in root.iter(f"{DI}{tag}")]
    assert sorted(drawn) == sorted([*elements(root), *(one.attrib["id"] for one in links(root))])
    boxes = [{name: int(value) for name, value in one.attrib.items()} for one in root.iter(BOUNDS)]
    for a, b in combinations(boxes, 2):
        beside = abs(a["x"] - b["x"]) >= (a if a["x"] < b["x"] else b)["width"]
        assert beside or abs(a["y"] - b["y"]) >= (a if a["y"] < b["y"] else b)["height"]
    assert all(len(one.findall(POINT)) >= 2 for one in root.iter(f"{DI}BPMNEdge"))


def test_no_link_runs_through_a_shape(flow):
    root = read(flow)
    boxes = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        x, y, width, height = (int(shape.find(BOUNDS).attrib[name]) for name in ("x", "y", "width", "height"))
        boxes[shape.attrib["bpmnElement"]] = (x, y, x + width, y + height)
    for edge in root.iter(f"{DI}BPMNEdge"):
        points = [(int(one.attrib["x"]), int(one.attrib["y"])) for one in edge.findall(POINT)]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2
            for name, (left, top, right, bottom) in boxes.items():
                beside = max(x1, x2) <= left or min(x1, x2) >= right
                assert beside or max(y1, y2) <= top or min(y1, y2) >= bottom, (edge.attrib["bpmnElement"], name)


def test_what_a_gateway_asks_is_written_on_every_road_it_may_not_take(flow):
    root = read(flow)
    asked = {name for name, one in elements(root).items() if one.tag == f"{MODEL}exclusiveGateway"}
    asked -= {node.name + graphing.ANSWER for node in nodes_of(flow) if isinstance(node, Approval | Instruct)}
    for link in links(root):
        rule = link.findtext(f"{MODEL}conditionExpression")
        assert (rule or "").removeprefix("not ").isidentifier() is (rule is not None)
        if link.attrib["sourceRef"] in asked:
            assert rule


def test_the_decision_waits_for_the_trace_alone_and_completion_for_all_that_is_on_its_way():
    found = elements(read(CardFraudFlow))
    tags = {name: one.tag.removeprefix(MODEL) for name, one in found.items()}
    assert found["ready_to_decide"].findtext(f"{MODEL}activationCondition") == "trace"
    assert (tags["ready_to_decide"], tags["whole"], tags["all_voted"]) == (
        *("complexGateway", "inclusiveGateway"),
        "parallelGateway",
    )
    assert (tags["at_once"], tags["put_right"]) == ("inclusiveGateway", "parallelGateway")
    assert (tags["trace"], tags["order_stop"], tags["ask_for_logs"]) == ("userTask", "serviceTask", "scriptTask")
    owner = found["trace"].find(f"{MODEL}potentialOwner")
    assert owner is not None
    assert owner.attrib["name"] == "fraud"


def test_titles_are_in_the_language_asked_for_and_names_are_not():
    english, chinese = (elements(read(CardFraudFlow, language)) for language in ("en", "zh-hans"))
    assert list(english) == list(chinese)
    assert (english["trace"].attrib["name"], chinese["trace"].attrib["name"]) == ("Transaction trace", "交易追溯")


def test_the_same_flow_gives_the_same_bytes_and_the_command_writes_them(tmp_path: Path):
    with translation.override("en"):
        once = bpmn.document(CardFraudFlow)
    out, printed = tmp_path / "flow.bpmn", io.StringIO()
    call_command("flow_bpmn", "CardFraudFlow", out=out)
    call_command("flow_bpmn", "CardFraudFlow", stdout=printed)
    assert out.read_text(encoding="utf-8") == printed.getvalue() == once
    with pytest.raises(CommandError):
        call_command("flow_bpmn", "NoFlow")


def test_titles_are_escaped(monkeypatch):
    monkeypatch.setattr(CardFraudFlow.instance.node("trace"), "task_title", 'A & B <"C">')
    assert elements(read(CardFraudFlow))["trace"].attrib["name"] == 'A & B <"C">'


def test_a_node_we_have_no_word_for_is_refused():
    with pytest.raises(TypeError, match="odd"):
        graphing._element(SimpleNamespace(name="odd", task_title="", task_type="TIMER"))
