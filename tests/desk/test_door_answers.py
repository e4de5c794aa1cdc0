"""The door, one's own settings and the administrator's forms: bad answers, broken requests, a forged form."""

import pytest
from django.test import Client

from accounts.models import User
from tests.desk import bad
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"
TYPED = (*bad.UNWRITTEN, *bad.SECRETS, bad.ODD, "' OR 1=1 --", "a" * 5000, "１２３", "", " ")
ELSEWHERE = (
    "//evil.example/",
    "https://evil.example",
    "javascript:alert(1)",
    "/\\evil.example",
    "\0",
    "😀",
    "/" * 9999,
)


def test_nothing_typed_at_the_door_is_an_error_or_comes_back_in_clear(db):
    UserFactory.create(staff_number="li.na", password=PASSWORD)
    for typed in TYPED:
        for number, password in ((typed, "x"), ("li.na", typed)):
            # each in a browser and at a desk of its own: the lock is another test's
            User.objects.filter(staff_number="li.na").exists()
            page = Page(Client().post("/login/", {"username": number, "password": password, "next": "/"}))
            assert page.status in (200, 429), typed[:40]
            if page.status == 200:
                assert page.values["password"] == [""]
                assert page.counted["h1"] == 1


@pytest.mark.parametrize("away", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_no_address_typed_for_afterwards_leads_away(db, away):
    UserFactory.create(staff_number="li.na", password=PASSWORD)
    inside = Client()

    entered = inside.post("/login/", {"username": "li.na", "password": PASSWORD, "next": away})
    spoken = inside.post("/language/", {"language": "en", "next": away})

    for answer in (entered, spoken):
        assert answer.status_code == 302
        assert not answer.url.startswith(("//", "/\\", "http", "javascript"))


def test_a_language_nobody_speaks_changes_nothing(staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        for typed in (*TYPED, *ELSEWHERE):
            assert inside.post("/language/", {"language": typed, "next": "/"}).status_code == 302
        for method in ("get", "put", "delete"):
            assert getattr(inside, method)("/language/").status_code == 405


def test_a_bad_new_password_is_refused_at_its_field(staff, browser):
    staff.agent.set_password(PASSWORD)
    staff.agent.save()
    inside = browser(staff.agent)
    with nothing_changes():
        for typed in TYPED:
            answers = {"old_password": typed, "new_password1": PASSWORD, "new_password2": PASSWORD}
            page = Page(inside.post("/password_change/", answers))
            assert page.status < 500
            assert page.error_at("old_password") or "old_password" in page.source


BODIES = {
    "no boundary": ("multipart/form-data", b"x"),
    "bad boundary": ("multipart/form-data; boundary=\xff", b"--x\r\n\r\n--x--"),
    "cut off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nab'),
    "bad base64": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="other"\r\nContent-Transfer-Encoding: base64\r\n\r\n*\r\n--x--\r\n',
    ),
    "bytes that are no text": ("application/x-www-form-urlencoded", b"other=%ff%fe%ed%a0%80&phone=\xff"),
    "unknown encoding": ("application/x-www-form-urlencoded; charset=nonsense", b"other=a"),
    "half a character": ("application/x-www-form-urlencoded; charset=utf-16", b"\x00r"),
    "too many fields": ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2100))),
    "too heavy": ("application/x-www-form-urlencoded", b"reason=" + b"x" * 2_200_000),
    "only signs": ("application/x-www-form-urlencoded", b"&&==&=&%&%zz"),
}


@pytest.mark.parametrize("about", BODIES)
def test_a_broken_request_is_refused_by_a_page(about, staff, browser):
    desk = Desk.at("decide", staff)
    inside, kind, body = browser(desk.person), *BODIES[about]
    with nothing_changes(about):
        for url in (
            "/stop-loss/",
            f"/case/{desk.case.uuid}/interest/",
            desk.url,
            "/find/",
            "/call/",
            "/login/",
            "/language/",
        ):
            answer = inside.generic("POST", url, body, content_type=kind)
            assert answer.status_code < 500, url
            if answer.status_code == 400:
                assert answer["Content-Type"].startswith("text/html"), url


def test_a_forged_form_is_refused_everywhere_and_changes_nothing(staff):
    desk = Desk.at("decide", staff)
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(desk.person)
    urls = {
        desk.url: desk.answers(),
        f"/step/{desk.task.uuid}/release/": {},
        f"/case/{desk.case.uuid}/interest/": {"reason": "x"},
        f"/case/{desk.case.uuid}/clear/": {"reason": "x"},
        "/stop-loss/": {},
        "/find/": {"q": "4417"},
        "/call/": {"q": "13816262207"},
        f"/case/{desk.case.uuid}/urge/now/": {},
        "/language/": {"language": "en"},
        "/logout/": {},
        "/login/": {"username": "a", "password": "b"},
    }
    forged.get(desk.url)
    with nothing_changes():
        for url, answers in urls.items():
            for token in ({}, {"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": "\0"}):
                answer = forged.post(url, answers | token)
                assert answer.status_code == 403, url
                assert Page(answer).counted["h1"] == 1, url


ADMIN = {
    "user": {"staff_number": "n100", "display_name": "新人", "language": "en", "password": PASSWORD, "email": ""},
    "branch": {"code": "N1", "name": "新网点", "level": "outlet"},
    "post": {"role": "agent"},
    "absence": {},
    "authoritylimit": {"role": "outlet_head", "kind": "compensation", "amount": "5000", "currency": "CNY"},
}
NUMBERS = ("x", "-1", "9" * 400, "1e400", "NaN", "Infinity", "a\0b", "' OR 1=1 --", "😀")


@pytest.mark.parametrize("model", ADMIN)
def test_the_administrators_forms_take_no_bad_answer(model, staff, browser):
    """Every field at once, round after round: errors on the page, nothing saved, no error page."""
    inside = browser(staff.administrator)
    add = f"/accounts/{model}/add/"
    fields = inside.get(add).context["adminform"].form.fields
    with nothing_changes(model):
        for n in range(len(bad.MOMENT)):
            answers = {}
            for name, field in fields.items():
                values = NUMBERS if hasattr(field, "queryset") else bad.bad_for(field) or ("x",)
                answers[f"{name}_0" if hasattr(field, "fields") else name] = values[n % len(values)][:20_000]
            page = Page(inside.post(add, ADMIN[model] | answers))
            assert page.status == 200, answers
            assert 'class="errorlist' in page.source or "r-err" in page.source
        assert inside.post(add).status_code == 200


def test_the_administrators_lists_take_any_address(staff, browser):
    inside = browser(staff.administrator)
    names = (
        "q",
        "o",
        "p",
        "all",
        "is_active__exact",
        "role__exact",
        "level__exact",
        "e",
        "_popup",
        "_to_field",
        "x__y",
    )
    with nothing_changes():
        for model in ("user", "post"):
            for value in ("x", "\0", "9" * 400, "' OR 1=1 --"):
                for asked in ({name: value} for name in names):
                    assert inside.get(f"/accounts/{model}/", asked).status_code in (200, 302, 400), (model, asked)
            for wrong in ("x", "7", "%00", "%ED%A0%80", "0" * 400, "_3A"):
                for page in ("change", "history", "delete"):
                    assert inside.get(f"/accounts/{model}/{wrong}/{page}/").status_code in (302, 403, 404), wrong
        people = {"app_label": "accounts", "model_name": "post", "field_name": "user"}
        for term in ("\0", "' OR 1=1 --", "x" * 9999, "😀"):
            assert inside.get("/autocomplete/", people | {"term": term}).status_code == 200, term
        for asked in (
            {},
            {"term": "\0"},
            {"app_label": "cases", "model_name": "case", "field_name": "card", "term": ""},
        ):
            assert inside.get("/autocomplete/", asked).status_code in (403, 404), asked
