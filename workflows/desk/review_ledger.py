"""核查台账 and 不满意台账: what customers did not agree with, as lists and as CSV."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases import sums
from cases.models import Dissent, Review

from .ledger import Cell, OfMatters, left_of


class Reviews(OfMatters):
    """The application that was received first on top."""

    title = gettext_lazy("Reviews")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("Application received at"),
        gettext_lazy("Decided by"),
        gettext_lazy("Reviewed by"),
        gettext_lazy("Stage"),
        gettext_lazy("Review decision"),
        gettext_lazy("More for the customer"),
        gettext_lazy("Told at"),
    )
    money = frozenset({6})
    order = when = "asked_at"
    model = Review
    choice = ("stage", gettext_lazy("Stage"), Review.Stage.choices)
    related = ("case", "decided_unit", "superior_unit")

    def cells(self, row: Any) -> list[Cell]:
        return [
            left_of(row),
            row.asked_at,
            row.decided_unit.label,
            row.superior_unit.label if row.superior_unit else "",
            row.get_stage_display(),
            row.get_outcome_display() or row.get_refusal_display(),
            sums.spoken(row.total) if row.total else "",
            row.told_at,
        ]


class Dissents(OfMatters):
    """Who has waited longest on top."""

    title = gettext_lazy("Not content")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("Said or received at"),
        gettext_lazy("Source"),
        gettext_lazy("Answers"),
        gettext_lazy("State"),
        gettext_lazy("Ended at"),
    )
    order = when = "said_at"
    model = Dissent
    choice = ("source", gettext_lazy("Source"), Dissent.Source.choices)

    def rows(self, user: User) -> QuerySet[Any]:
        return super().rows(user).prefetch_related("answers")

    def cells(self, row: Any) -> list[Cell]:
        answers = [f"{answer.level}: {answer.get_result_display()}" for answer in row.answers.all()]
        return [left_of(row), row.said_at, row.get_source_display(), " · ".join(answers), str(row), row.ended_at]
