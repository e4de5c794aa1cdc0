"""The desk's own words and building blocks for templates: ``{% load redress %}``. Pure rendering, no queries.

Blocks: panel, field, errors, empty, watermark. Words: time_left, loss, day, at, money, in_words, card_number.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config import source
from config.wording import amounts, cards, moments
from config.wording.time_left import State, time_left as time_left_of
from record import clock

register = template.Library()
COMPONENTS = "redress/components"


@register.inclusion_tag(f"{COMPONENTS}/time_left.html")
def time_left(
    due: datetime | None,
    now: datetime | None = None,
    paused: datetime | None = None,
    done: datetime | None = None,
    kind: str = "",
    *,
    what: str = "",
    reason: str = "",
    outcome: str = "",
    short: bool = False,
) -> dict[str, Any]:
    """``{% time_left d.due_at kind=d.kind %}``: state in words, below it whose limit and when; ``short`` one line.

    ``what`` is put in front (evidence, pick-up). Times are aware; ``now`` is the clock's unless given.
    """
    # A name missing in the template's context arrives as "", which is no moment.
    told = time_left_of(
        due or None,
        now=now or clock.now(),
        paused=paused or None,
        done=done or None,
        kind=kind,
        reason=reason,
        outcome=outcome,
    )
    return {"left": told, "what": what, "short": short}


@register.filter
def left(due: datetime | None) -> str:
    """``2 h 18 min left`` as bare words, for a drawing; empty without a limit."""
    return time_left_of(due, now=clock.now()).words if due else ""


@register.filter
def day(moment: datetime | date | None) -> str:
    """``11-24 09:12``, with the year when it is another; a plain date without the hour; empty for nothing."""
    return _moment(moment, seconds=False)


@register.filter
def at(moment: datetime | date | None) -> str:
    """``11-24 09:12:31``: to the second, for evidence and card controls."""
    return _moment(moment, seconds=True)


def _moment(moment: datetime | date | None, *, seconds: bool) -> str:
    now = clock.now()
    if isinstance(moment, datetime):
        return moments.moment_words(moment, now, seconds=seconds)
    if isinstance(moment, date):
        return moments.day_words(moment, timezone.localtime(now).date())
    return ""


@register.filter
def money(amount: Decimal | int | str | None) -> str:
    """``12,450,000.00``; what is not known is said (an imported case may have no amount)."""
    return _unless_unknown(amounts.money, amount) or _("unknown")


@register.filter
def in_words(amount: Decimal | int | str | None, currency: str = "CNY") -> str:
    """``人民币肆万贰仟陆佰捌拾元整`` in any language: capital words stand on Chinese vouchers; empty if unknown."""
    return _unless_unknown(lambda value: amounts.in_words(value, currency), amount)


def _unless_unknown(words: Callable[[Decimal], str], amount: Decimal | int | str | None) -> str:
    """A template shows what was typed, also what is no number: then nothing rather than an error page."""
    try:
        exact = Decimal("NaN") if amount is None else Decimal(amount)
    except (InvalidOperation, ValueError, TypeError):
        return ""
    return words(exact) if exact.is_finite() else ""


@register.filter
def card_number(card: Any) -> str:
    """``6259 65** **** 4417`` of anything with ``first_six`` and ``last_four``; empty without a card."""
    return cards.masked_card(card.first_six, card.last_four) if card else ""


@register.filter
def fact(value: object) -> str:
    """A value among facts: a moment to the second, a sum with thousands, nothing as "not yet known", else as it is."""
    if value is None or value == "":
        return _("not yet known")
    if isinstance(value, datetime | date):
        return _moment(value, seconds=True)
    return amounts.money(value) if isinstance(value, Decimal) else str(value)


@register.inclusion_tag(f"{COMPONENTS}/field.html")
def field(bound: BoundField, *, hint: str = "", placeholder: str = "", wide: bool = False) -> dict[str, Any]:
    """One field: label above, hint and error below, both named by the control's aria-describedby.

    A field its form names in `sometimes` is needed or not by what else is answered: not called optional.
    """
    attrs: dict[str, str | bool] = {"placeholder": placeholder} if placeholder else {}
    if hint:
        bound.help_text = hint
    single_check = getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset
    control = bound.as_widget(attrs=attrs)
    return {"bound": bound, "control": control, "check": single_check, "wide": wide}


@register.inclusion_tag(f"{COMPONENTS}/errors.html")
def errors(*forms: BaseForm | BaseFormSet | str | None, heading: str = "") -> dict[str, Any]:
    """The summary above a form that was refused; takes the focus and links to each field.

    ``heading`` where nothing was to be sent: a filter that cannot be read.
    """
    # A page without a form passes nothing, which a template hands over as "".
    return {"problems": [problem for form in forms if form for problem in _problems(form)], "heading": heading}


def _problems(form: Any) -> Iterator[dict[str, Any]]:
    if isinstance(form, BaseFormSet):
        if form.is_bound:
            yield from ({"text": text, "target": ""} for text in form.non_form_errors())
        for row in form.forms:
            yield from _problems(row)
        return
    yield from ({"text": text, "target": ""} for text in form.non_field_errors())
    for bound in form:
        yield from ({"text": f"{bound.label}: {text}", "target": _target(bound)} for text in bound.errors)


def _target(bound: BoundField) -> str:
    """The id to jump to; a group of radios has no control of its own, its first choice has."""
    if bound.use_fieldset and bound.auto_id:
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)


@register.simple_block_tag(end_name="endpanel")
def panel(
    content: str, title: str, *, n: Any = None, id: str = "", pad: bool = False, link: str = "", link_text: str = ""
) -> SafeString:
    """``{% panel "Evidence" n=7 %}…{% endpanel %}``: a white panel with its heading, a count and one link."""
    count = "" if n is None else format_html('<span class="r-n">{}</span>', n)
    aside = format_html('<a href="{}">{}</a>', link, link_text) if link else ""
    anchor = format_html(' id="{}"', id) if id else ""
    head = format_html("<header><h2>{}{}</h2>{}</header>", title, count, aside)
    # The content was rendered, and escaped, by the template engine.
    body = format_html('<div class="r-pad">{}</div>', mark_safe(content)) if pad else mark_safe(content)  # noqa: S308
    return format_html('<section class="r-panel"{}>{}{}</section>', anchor, head, body)


@register.inclusion_tag(f"{COMPONENTS}/empty.html")
def empty(title: str, text: str = "", *, url: str = "", act: str = "") -> dict[str, str]:
    """What is not there, what to do about it, and at most one button."""
    return {"title": title, "text": text, "url": url, "act": act}


@register.inclusion_tag(f"{COMPONENTS}/watermark.html", takes_context=True)
def watermark(context: template.Context) -> dict[str, str]:
    """Who looks and in which minute, behind every page and print; nothing before log-in."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return {"mark": ""}
    who = f"{user.get_username()} {getattr(user, 'display_name', '')}".strip()
    return {"mark": f"{who} {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"}


@register.simple_tag
def source_address() -> str:
    """Where the source of the running version is offered, for the foot of every page."""
    return source.address()


@register.simple_tag
def shape(state: str, words: str) -> SafeString:
    """A time shape with words of its own: ``{% shape "done" item.words %}``; states as in the design page."""
    return format_html('<span class="r-left r-left--{}">{}</span>', State(state), words)


@register.filter
def joined(names: Iterable[Any]) -> str:
    """Names in one line, with the separator of the language."""
    return _(", ").join(str(name) for name in names)
