"""A flow's BPMN as a Petri net of pm4py, element by element.

pm4py's own converter makes an inclusive gateway wait for every road that ends in it, taken or not, and leaves complex
ones out. Our flows gather "whatever is still on its way". So a road that was not taken sends its tokens to the
gathering all the same (dead path elimination, as in BPEL): the gathering then waits for a fixed number, and for exactly
what the engine waits for. What leaves no event (gateways, work of the system itself) is a silent transition.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SEEN = ("userTask", "serviceTask")  # what leaves an event
ROUNDS = 1000


@dataclass
class Flow:
    """The process of a BPMN file: tag of each element, links (id, source, target, condition), what joins wait for."""

    tags: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    waits_for: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Flow":
        """From a file."""
        found = cls()
        process = ElementTree.parse(path).getroot().find(f"{MODEL}process")
        assert process is not None, f"{path} holds no process"
        for element in process:
            name, tag = element.attrib["id"], element.tag.removeprefix(MODEL)
            if tag == "sequenceFlow":
                rule = element.findtext(f"{MODEL}conditionExpression", "true")
                found.links.append((name, element.attrib["sourceRef"], element.attrib["targetRef"], rule))
                continue
            found.tags[name] = tag
            found.waits_for[name] = set(element.findtext(f"{MODEL}activationCondition", "").split(" and ")) - {""}
        return found

    def into(self, name: str) -> list[tuple[str, str, str, str]]:
        return [link for link in self.links if link[2] == name]

    def out_of(self, name: str) -> list[tuple[str, str, str, str]]:
        return [link for link in self.links if link[1] == name]

    @property
    def gathering(self) -> str:
        """The inclusive gateway at which roads come together; the model has one at most."""
        found = [name for name, tag in self.tags.items() if tag == "inclusiveGateway" and len(self.into(name)) > 1]
        assert len(found) <= 1, f"more than one gathering: {found}"
        return found[0] if found else ""

    def is_beside(self, link: tuple[str, str, str, str]) -> bool:
        """A road a complex gateway goes on without: what comes late is waited for at the gathering."""
        waited = self.waits_for[link[2]]
        return bool(waited) and link[1] not in waited

    def tokens(self) -> dict[str, Fraction]:
        """Element → how many tokens one token in it becomes at the gathering, on the road that makes most."""
        found = dict.fromkeys(self.tags, Fraction(0))
        for _ in range(ROUNDS):
            before = dict(found)
            for name in self.tags:
                found[name] = self._tokens(name, found)
            if found == before:
                return found
        raise ValueError("Tokens multiply on a road that leads back.")

    def _tokens(self, name: str, found: dict[str, Fraction]) -> Fraction:
        if name == self.gathering:
            return Fraction(1)
        after = [self.of_link(link, found) for link in self.out_of(name)]
        return max(after, default=Fraction(0)) if self.tags[name] == "exclusiveGateway" else sum(after, Fraction(0))

    def of_link(self, link: tuple[str, str, str, str], found: dict[str, Fraction]) -> Fraction:
        """The same of a token on a link."""
        if self.is_beside(link):
            return Fraction(1)
        joins = self.tags[link[2]] == "parallelGateway" or self.waits_for[link[2]]
        roads = len([one for one in self.into(link[2]) if not self.is_beside(one)]) if joins else 1
        return found[link[2]] / roads


class Net:
    """The net while it is built."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.net = flow, PetriNet("flow")
        self.places: dict[str, PetriNet.Place] = {}
        self.tokens = flow.tokens()

    def place(self, name: str) -> PetriNet.Place:
        if name not in self.places:
            self.places[name] = PetriNet.Place(name)
            self.net.places.add(self.places[name])
        return self.places[name]

    def fire(self, name: str, label: str | None, takes: Iterable[str], gives: Iterable[str], rest: int = 0) -> None:
        """A transition; `rest` tokens go to the gathering for roads not taken."""
        made = PetriNet.Transition(name, label)
        self.net.transitions.add(made)
        for one in takes:
            add_arc_from_to(self.place(one), made, self.net)
        for one in gives:
            add_arc_from_to(made, self.place(one), self.net)
        if rest:
            add_arc_from_to(made, self.place(self.flow.gathering), self.net, weight=rest)

    def target(self, link: tuple[str, str, str, str]) -> str:
        """The place a token on a link arrives at: a parallel or an exclusive gateway has one a road.

        An exclusive one would do with one place for all. But pm4py's replay fires each silent transition once between
        two events, and two roads may pass the same question between them.
        """
        if self.flow.is_beside(link):
            return self.flow.gathering
        tag = self.flow.tags[link[2]]
        apart = tag == "exclusiveGateway" or (tag == "parallelGateway" and len(self.flow.into(link[2])) > 1)
        return link[0] if apart else link[2]

    def element(self, name: str, tag: str) -> None:
        """One element with what leads out of it."""
        kinds: dict[str, Callable[[str], None]] = {
            "exclusiveGateway": self._choice,
            "inclusiveGateway": self._gathering if name == self.flow.gathering else self._fork,
            "parallelGateway": self._parallel,
        }
        kinds.get(tag, self._plain)(name)

    def _plain(self, name: str) -> None:
        links = self.flow.out_of(name)
        if links:
            label = name if self.flow.tags[name] in SEEN else None
            self.fire(name, label, [name], map(self.target, links))

    def _choice(self, name: str) -> None:
        for road in self.flow.into(name):
            for link in self.flow.out_of(name):
                rest = self.tokens[name] - self.flow.of_link(link, self.tokens)
                self.fire(f"{road[0]} {link[0]}", None, [road[0]], [self.target(link)], int(rest))

    def _parallel(self, name: str) -> None:
        roads = self.flow.into(name)
        takes = [self.target(link) for link in roads] if len(roads) > 1 else [name]
        self.fire(name, None, takes, map(self.target, self.flow.out_of(name)))

    def _fork(self, name: str) -> None:
        links = self.flow.out_of(name)
        asked = [link for link in links if link[3] != "true"]
        self.fire(name, None, [name], [link[0] if link in asked else self.target(link) for link in links])
        for link in asked:
            self.fire(f"{link[0]} taken", None, [link[0]], [self.target(link)])
            self.fire(f"{link[0]} left", None, [link[0]], [], int(self.flow.of_link(link, self.tokens)))

    def _gathering(self, name: str) -> None:
        begin = next(one for one, tag in self.flow.tags.items() if tag == "startEvent")
        made = PetriNet.Transition(name, None)
        self.net.transitions.add(made)
        add_arc_from_to(self.place(name), made, self.net, weight=int(self.tokens[begin]))
        for link in self.flow.out_of(name):
            add_arc_from_to(made, self.place(self.target(link)), self.net)


def net_of(path: Path) -> tuple[PetriNet, Marking, Marking]:
    """Net, first and last marking of a BPMN file with one start and one end."""
    flow = Flow.read(path)
    built = Net(flow)
    for name, tag in flow.tags.items():
        built.element(name, tag)
    begin, end = (next(one for one, tag in flow.tags.items() if tag == f"{which}Event") for which in ("start", "end"))
    return built.net, Marking({built.place(begin): 1}), Marking({built.place(end): 1})
