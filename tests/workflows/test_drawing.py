"""The drawing of every flow fits the page and tells every step; its words fit their boxes."""

import re
from itertools import combinations

import pytest

from workflows.desk.chart import ROOM, _width, lines_of
from workflows.desk.drawing import GAP, HEIGHT, WIDTH, drawing
from workflows.flows import FLOWS
from workflows.nodes import Do, Gather, Instruct, Step
from workflows.table import nodes_of

PANEL = 1191  # px inside the panel of a 1280 px screen with a scroll bar


@pytest.fixture(params=FLOWS, ids=lambda flow: flow.__name__)
def flow(request):
    return request.param


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


def test_no_box_lies_on_another(flow):
    for a, b in combinations(drawing(flow).boxes, 2):
        assert abs(a.x - b.x) >= WIDTH + GAP or abs(a.y - b.y) > HEIGHT


def test_no_arrow_runs_through_a_box(flow):
    """A line may touch an edge, never the inside of a box."""
    drawn = drawing(flow)
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
