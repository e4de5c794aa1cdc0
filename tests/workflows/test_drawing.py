"""The drawing of every flow fits the page and tells every step; its words fit their boxes."""

import re
from itertools import combinations

import pytest

from workflows.desk.chart import ROOM, _width, lines_of
from workflows.desk.drawing import GAP, HEIGHT, WIDTH, drawing, exceptional, left_out
from workflows.flows import FLOWS, CardFraudFlow
from workflows.nodes import Do, Gather, Instruct, Step
from workflows.table import nodes_of

PANEL = 1191  # px inside the panel of a 1280 px screen with a scroll bar


@pytest.fixture(params=FLOWS, ids=lambda flow: flow.__name__)
def flow(request):
    return request.param


@pytest.fixture(params=["whole", "without what most cases never come to", "with one exceptional road"])
def drawn(request, flow):
    """The drawing as charts show it."""
    if request.param == "whole":
        return drawing(flow)
    return drawing(flow, left_out(flow, ["offer_stop"] if "one" in request.param.split() else []))


def test_every_step_and_order_is_drawn_once_inside_the_drawing(flow):
    """Nothing that a person or a bank system does is left out; gateways are."""
    drawn = drawing(flow)
    assert [box.name for box in drawn.boxes] == [
        n.name for n in nodes_of(flow) if isinstance(n, Step | Instruct | Do | Gather)
    ]
    assert drawn.width <= PANEL
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.x + WIDTH <= drawn.width
        assert box.y + HEIGHT <= drawn.height


def test_what_most_cases_never_come_to_is_drawn_once_a_case_is_on_its_road():
    rare = exceptional(CardFraudFlow)
    steps = {"obtain_mandate", "find_card", "offer_stop", "order_late_stop", "late_stop_by_hand"}
    assert {*steps, "list_late", "list_late_by_hand"} <= rare
    assert "end_card" not in rare

    assert left_out(CardFraudFlow, ["trace", "end_card"]) == rare
    assert rare - left_out(CardFraudFlow, ["offer_stop"]) == {
        *("offer_stop", "wants_stop_now", "order_late_stop", "late_stop_by_hand", "is_stopped_too_late")
    }


def test_no_box_lies_on_another(drawn):
    for a, b in combinations(drawn.boxes, 2):
        assert abs(a.x - b.x) >= WIDTH + GAP or abs(a.y - b.y) > HEIGHT


def test_no_arrow_runs_through_a_box(drawn):
    """A line may touch an edge, never the inside of a box."""
    for line in drawn.edges:
        for (x1, y1), (x2, y2) in _pieces(line):
            for box in drawn.boxes:
                across = min(x1, x2) < box.x + WIDTH and max(x1, x2) > box.x
                along = min(y1, y2) < box.y + HEIGHT and max(y1, y2) > box.y
                assert not (across and along), f"{line} runs through {box.name}"


def _pieces(line):
    """Straight pieces of a path of M, H, h and V."""
    x, y = map(int, re.match(r"M(\d+) (\d+)", line).groups())
    for word, number in re.findall(r"([HhV])(-?\d+)", line):
        to = (x, int(number)) if word == "V" else (int(number) + (x if word == "h" else 0), y)
        yield (x, y), to
        x, y = to


TITLES = [
    ("责任判定", ["责任判定"]),
    ("下达换卡或者解除挂失的指令", ["下达换卡或者", "解除挂失的指令"]),
    ("Transaction trace", ["Transaction", "trace"]),
    ("Order the new card or the release of the old one", ["Order the", "new card or t…"]),
    ("Donaudampfschifffahrt", ["Donaudampf…"]),
]


@pytest.mark.parametrize(("title", "lines"), TITLES)
def test_a_title_is_broken_to_fit(title, lines):
    broken = lines_of(title, marked=True)
    assert len(broken) <= 2
    assert all(_width(line) <= ROOM for line in broken)
    assert broken == lines
