"""Every step's form: bad answers get a sentence at their field and save nothing; odd but good ones are kept."""

from typing import Any

import pytest
from django import forms
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from cases.models import DisputedTransaction
from record import journal
from tests.desk import bad
from tests.desk.at_work import STEPS, Desk
from tests.desk.looking import Page, nothing_changes
from workflows.models import StepTask

pytestmark = pytest.mark.django_db

MANY = examples(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def fields_of(desk: Desk) -> dict[str, forms.Field]:
    """The fields the step's page asks for."""
    form = desk.task.flow_task.form_class(case=desk.journey.again(), task=desk.task)
    return dict(form.fields)


def refused(answer: Any, names: Any, about: object) -> Page:
    """The page came back with an error at each of these fields."""
    page = Page(answer)
    assert page.status == 422, (page.status, about)
    unmarked = [name for name in names if not page.error_at(name)]
    assert unmarked == [], f"no error at {unmarked}: {about}"
    assert page.source.count('role="alert"') >= 1
    return page


@pytest.mark.parametrize("step", STEPS)
def test_bad_and_missing_answers_are_refused_at_their_fields_and_nothing_is_saved(step, staff, browser):
    # given a step in its person's hand
    desk = Desk.at(step, staff)
    fields, good, url, inside = fields_of(desk), desk.answers(), desk.url, browser(desk.person)
    needed = [name for name, field in fields.items() if field.required]

    with nothing_changes(step):
        for answers in bad.rounds(fields):
            # when every field is answered badly at once
            page = refused(inside.post(url, good | answers), answers, {k: v[:40] for k, v in answers.items()})

            # then what was typed stands there again
            for name, typed in answers.items():
                if not isinstance(fields[name], forms.ChoiceField | forms.BooleanField) and "\0" not in typed:
                    assert page.values[name][0].strip() == typed.strip(), name

        # and so when one is missing, blank, or given twice
        for name in needed[:6]:
            refused(inside.post(url, bad.without(good, name)), [name], f"{name} missing")
            if not isinstance(fields[name], forms.BooleanField):
                refused(inside.post(url, good | {name: "   "}), [name], f"{name} blank")
            refused(inside.post(url, good | {name: [good.get(name, ""), ""]}), [name], f"{name} twice")
        for body, kind in (("", ""), ("{}", "application/json"), ("a=b", "text/plain")):
            refused(inside.post(url, body, content_type=kind), needed, kind)


@pytest.mark.parametrize("step", STEPS)
def test_odd_but_good_writing_is_kept_and_shown_as_writing(step, staff, browser):
    # given answers with emoji, marks that turn the writing round, quotes and tags
    desk = Desk.at(step, staff, claimed=False)
    answers = desk.answers() | {name: bad.ODD for name, field in fields_of(desk).items() if bad.is_writing(field)}
    answers |= {"warned": "on"}  # a stop is declined only after the warning; other steps do not ask
    task, url, inside = desk.task, desk.url, browser(desk.person)

    # when the step is claimed and finished with them on its page
    assert inside.post(f"/step/{task.uuid}/claim/").url == url
    assert inside.get(url).status_code == 200
    finished = inside.post(url, answers)

    # then it is done, the chain holds, and pages show them as writing
    assert finished.status_code == 302, Page(finished).ids
    assert StepTask.objects.get(pk=task.pk).status == "DONE"
    assert journal.verify(desk.case.stream) is None
    for path in (f"/case/{desk.case.uuid}/history/", finished.url, "/"):
        page = Page(inside.get(path))
        assert (page.status, page.blocked) == (200, []), path
        assert "<script>alert" not in page.source

    # and whoever comes back to it reads that it is finished
    with nothing_changes(step):
        assert inside.get(url).status_code == 200
        assert inside.post(url, answers).status_code == 409
        assert inside.post(url, {}).status_code in (409, 422)
        assert inside.post(f"/step/{task.uuid}/claim/").status_code == 409
        assert inside.post(f"/step/{task.uuid}/release/").status_code == 409


def test_an_answer_about_another_case_is_no_answer(staff, browser):
    mine, theirs = Desk.at("decide", staff), Desk.at("decide", staff)
    inside = browser(mine.person)
    needed = [name for name, field in fields_of(mine).items() if field.required]

    with nothing_changes():
        refused(inside.post(mine.url, theirs.answers()), needed, "of another case")
    inside.post(mine.url, mine.answers() | theirs.answers())

    assert not DisputedTransaction.objects.filter(case=theirs.case).exclude(ground="").exists()


def test_shares_that_do_not_add_up_are_told_with_both_sums(deciding):
    desk, inside = deciding
    row = desk.case.transactions.get(is_disputed=True)
    with nothing_changes():
        for bank in ("0", "0.01", str(row.amount - 1), str(row.amount + 1), "99999999999999.99", "1e5"):
            answers = desk.answers() | {f"bank_{row.uuid.hex}": bank}
            page = refused(inside.post(desk.url, answers), [f"bank_{row.uuid.hex}"], bank)
            assert str(row.amount) in page.source


def test_a_ground_without_its_written_reason_is_refused_at_the_ground(deciding):
    """Only the action knows which ground needs one; its sentence still stands where it was chosen."""
    desk, inside = deciding
    key = desk.case.transactions.get(is_disputed=True).uuid.hex
    unfit = desk.answers() | {f"ground_{key}": "L12", f"reason_{key}": ""}
    with nothing_changes():
        refused(inside.post(desk.url, unfit), [f"ground_{key}"], "L12")


def test_a_proposal_above_the_banks_share_is_refused_at_its_line(staff, browser):
    desk = Desk.at("propose", staff)
    inside, key = browser(desk.person), desk.case.transactions.get(is_disputed=True).uuid.hex
    with nothing_changes():
        line = f"principal_{key}"
        refused(inside.post(desk.url, desk.answers() | {line: "99999999999999.99"}), [line], "too much")


@pytest.fixture
def deciding(staff, browser) -> tuple[Desk, Any]:
    """A case at the liability decision, and the browser of whoever has it in hand."""
    desk = Desk.at("decide", staff)
    return desk, browser(desk.person)


@MANY
@given(data=st.data())
def test_no_answers_whatever_are_an_error_page(data, deciding):
    """Anything at all in every field of the richest form: refused, and nothing saved."""
    desk, inside = deciding
    anything = st.one_of(st.text(max_size=60), st.decimals().map(str), st.floats().map(str), st.datetimes().map(str))
    answers = {name: data.draw(anything, label=name).encode(errors="replace").decode() for name in fields_of(desk)}
    with nothing_changes(answers):
        assert inside.post(desk.url, answers).status_code == 422


def test_a_stop_is_not_declined_without_the_warning(staff, browser):
    desk = Desk.at("stop_loss", staff)
    inside = browser(desk.person)

    with nothing_changes():
        page = Page(inside.post(desk.url, desk.answers() | {"decline": "客户还要用卡。"}))

    assert (page.status, page.error_at("warned")) == (422, True)
    assert page.values["decline"] == ["客户还要用卡。"]
    assert inside.post(desk.url, desk.answers() | {"decline": "客户还要用卡。", "warned": "on"}).status_code == 302
