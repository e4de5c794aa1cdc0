"""Switches that make the bank behave badly: for everything, one operation or one key; or by a seeded chance."""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# When trouble strikes: the order unseen, the order booked but not yet answered, or at an enquiry.
BEFORE, AFTER, ENQUIRY = "before", "after", "enquiry"
MOMENTS = (BEFORE, AFTER, ENQUIRY)
CHANCES = (
    *(f"{what}_{when}" for what in ("slow", "fail", "silent") for when in MOMENTS),
    "late",
    "double",
)
FIELDS = {"key", "operation", "slow", "fail", "silent", "double", "late", "reject"}
FOREVER = None


@dataclass(frozen=True)
class Late:
    """Answer "pending" first; book after so many seconds of bank time, or at the n-th enquiry."""

    seconds: float | None = None
    enquiries: int | None = 1


@dataclass(frozen=True)
class Trouble:
    """What happens to one call. `slow` maps moments to milliseconds; `fail` and `silent` hold moments."""

    slow: Mapping[str, int] = field(default_factory=dict)
    fail: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    late: Late | None = None
    reject: str = ""
    double: bool = False
    callback_url: str = ""


@dataclass
class Rule:
    """One switch setting; `left` counts down the calls that `fail` and `silent` still spoil (None = for ever)."""

    slow: dict[str, int] = field(default_factory=dict)
    left: dict[tuple[str, str], int | None] = field(default_factory=dict)
    late: Late | None = None
    reject: str = ""
    double: bool = False
    callback_url: str = ""

    def spoils(self, what: str, when: str) -> bool:
        """Whether this call is spoiled; uses up one of the times."""
        times = self.left.get((what, when), 0)
        if times is FOREVER:
            return True
        if times > 0:
            self.left[what, when] = times - 1
        return times > 0


class Switches:
    """All settings. The most specific one counts: key, then operation, then everything, then chaos."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: dict[tuple[str | None, str | None], Rule] = {}
        self._shown: dict[tuple[str | None, str | None], Mapping[str, Any]] = {}
        self._chaos: tuple[int, dict[str, float]] | None = None
        self._calls: Counter[tuple[str, bool]] = Counter()

    def clear(self) -> None:
        """Behave well again."""
        with self._lock:
            self._rules, self._shown, self._chaos = {}, {}, None
            self._calls.clear()

    def set(self, wish: Mapping[str, Any]) -> None:
        """Turn switches; ValueError says which part of the wish nobody understands."""
        if "chaos" in wish:
            chaos = _chaos(wish["chaos"]) if wish["chaos"] else None
            with self._lock:
                self._chaos = chaos
            return
        where = (_name(wish, "key"), _name(wish, "operation"))
        rule = _rule(wish)
        with self._lock:
            self._rules[where], self._shown[where] = rule, dict(wish)

    def shown(self) -> list[Mapping[str, Any]]:
        """The settings as they were asked for."""
        with self._lock:
            chaos = [{"chaos": {"seed": self._chaos[0], **self._chaos[1]}}] if self._chaos else []
            return [*self._shown.values(), *chaos]

    def trouble(self, key: str, operation: str | None, *, enquiry: bool = False) -> Trouble:
        """What happens to this call; counts it."""
        with self._lock:
            self._calls[key, enquiry] += 1
            for where in ((key, operation), (key, None), (None, operation), (None, None)):
                if rule := self._rules.get(where):
                    return _strike(rule, (ENQUIRY,) if enquiry else (BEFORE, AFTER))
            return self._by_chance(key, enquiry) if self._chaos else Trouble()

    def _by_chance(self, key: str, enquiry: bool) -> Trouble:
        assert self._chaos  # noqa: S101 (asked for only then)
        seed, chances = self._chaos
        # Drawn from key and call number, not from one stream: threads may come in any order and meet the same luck.
        luck = random.Random(f"{seed}|{key}|{enquiry}|{self._calls[key, enquiry]}")  # noqa: S311
        hits = {name for name in CHANCES if luck.random() < chances.get(name, 0)}
        moments = (ENQUIRY,) if enquiry else (BEFORE, AFTER)
        return Trouble(
            slow={when: int(chances.get("slow_ms", 20)) for when in moments if f"slow_{when}" in hits},
            fail=frozenset(when for when in moments if f"fail_{when}" in hits),
            silent=frozenset(when for when in moments if f"silent_{when}" in hits),
            late=Late() if "late" in hits else None,
            double="double" in hits,
        )


def _strike(rule: Rule, moments: Iterable[str]) -> Trouble:
    return Trouble(
        slow={when: rule.slow[when] for when in moments if when in rule.slow},
        fail=frozenset(when for when in moments if rule.spoils("fail", when)),
        silent=frozenset(when for when in moments if rule.spoils("silent", when)),
        late=rule.late,
        reject=rule.reject,
        double=rule.double,
        callback_url=rule.callback_url,
    )


def _rule(wish: Mapping[str, Any]) -> Rule:
    if unknown := set(wish) - FIELDS:
        raise ValueError(f"unknown switch: {', '.join(sorted(unknown))}")
    double = wish.get("double") or False
    callback = double.get("callback_url", "") if isinstance(double, dict) else ""
    if not isinstance(callback, str) or (callback and not callback.startswith(("http://", "https://"))):
        raise ValueError("callback_url must be an http address")
    rule = Rule(late=_late(wish.get("late")), reject=str(wish.get("reject") or ""), double=bool(double))
    rule.callback_url = callback
    if slow := wish.get("slow"):
        details = slow if isinstance(slow, dict) else {"ms": slow}
        rule.slow[_when(details)] = int(_number(details.get("ms"), "slow.ms", 600_000))
    for what in ("fail", "silent"):
        if wanted := wish.get(what):
            details = wanted if isinstance(wanted, dict) else {} if wanted is True else {"times": wanted}
            times = details.get("times", FOREVER)
            rule.left[what, _when(details)] = None if times is FOREVER else int(_number(times, f"{what}.times", 10**6))
    return rule


def _late(wish: object) -> Late | None:
    if not wish:
        return None
    if wish is True:
        return Late()
    if not isinstance(wish, dict) or not set(wish) <= {"seconds", "enquiries"} or len(wish) != 1:
        raise ValueError("late is true, {seconds} or {enquiries}")
    if "seconds" in wish:
        return Late(seconds=_number(wish["seconds"], "late.seconds", 10**7), enquiries=None)
    return Late(enquiries=int(_number(wish["enquiries"], "late.enquiries", 10**6)))


def _chaos(wish: object) -> tuple[int, dict[str, float]]:
    if not isinstance(wish, dict) or not isinstance(wish.get("seed"), int):
        raise ValueError("chaos needs a whole number as seed")
    chances = {name: value for name, value in wish.items() if name != "seed"}
    if unknown := set(chances) - {*CHANCES, "slow_ms"}:
        raise ValueError(f"unknown chance: {', '.join(sorted(unknown))}")
    return wish["seed"], {
        name: _number(value, name, 600_000 if name == "slow_ms" else 1) for name, value in chances.items()
    }


def _when(details: Mapping[str, Any]) -> str:
    when = details.get("when", AFTER)
    if when not in MOMENTS:
        raise ValueError(f"when is one of {', '.join(MOMENTS)}")
    return str(when)


def _number(value: object, name: str, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise ValueError(f"{name} must be a number from 0 to {highest:g}")
    return float(value)


def _name(wish: Mapping[str, Any], field_name: str) -> str | None:
    value = wish.get(field_name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{field_name} must be text")
    return value or None
