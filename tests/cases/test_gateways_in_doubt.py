"""What a gateway takes for an answer, what it asks again, and what it never sends twice."""

import json
import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import httpx
import pytest

from cases.gateways.http import HttpBank
from cases.gateways.protocol import UNREACHABLE, UNREADABLE
from tests.fixtures.bank import Instruction, without_waiting

__all__ = ["without_waiting"]
pytestmark = pytest.mark.usefixtures("without_waiting")

TOKEN = "tok-77e1"


def credit(token=TOKEN, amount="120.00"):
    lines = [{"kind": "principal", "amount": amount}]
    return Instruction("credit", {"token": token, "amount": amount, "currency": "CNY", "lines": lines})


def stop(token=TOKEN):
    return Instruction("stop_card", {"token": token})


def booked(order, **more):
    answer = {"key": str(order.key), "state": "booked", "operation": order.operation, "receipt": "K20261122000001"}
    return {**answer, "effective_at": "2026-11-22T04:00:00.000Z", **more}


@contextmanager
def answering(handle, *, timeout=2):
    """A gateway whose other side is `handle(request) -> httpx.Response`."""
    bank = HttpBank("http://bank.test", timeout=timeout, transport=httpx.MockTransport(handle))
    yield bank
    bank.close()


# What is never repeated -----------------------------------------------------------------------------------------------


def test_a_refused_connection_is_tried_again_and_then_told_as_never_left():
    calls = []

    def refuse(request):
        calls.append(request.method)
        raise httpx.ConnectError("no route", request=request)

    with answering(refuse) as bank:
        answer = bank.send(stop())

    assert len(calls) == 3
    assert (answer.state, answer.reason, answer.never_left) == ("unknown", UNREACHABLE, True)


def test_a_connection_that_comes_back_delivers_the_order_once():
    order, calls = stop(), []

    def shaky(request):
        calls.append(request.method)
        if len(calls) < 3:
            raise httpx.ConnectTimeout("later", request=request)
        return httpx.Response(200, json=booked(order))

    with answering(shaky) as bank:
        assert bank.send(order).state == "confirmed"


@pytest.mark.parametrize(
    "problem",
    [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError],
)
def test_a_body_that_may_have_arrived_is_never_sent_again(problem):
    calls = []

    def break_off(request):
        calls.append(request.method)
        raise problem("broke off", request=request)

    with answering(break_off) as bank:
        answer = bank.send(credit())

    assert calls == ["POST"]
    assert (answer.state, answer.never_left) == ("unknown", False)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408, 301, 307])
def test_no_status_makes_an_order_go_twice(status):
    calls = []

    def trouble(request):
        calls.append(request.method)
        return httpx.Response(status, headers={"Location": "http://bank.test/elsewhere"})

    with answering(trouble) as bank:
        assert bank.send(credit()).state == "unknown"

    assert calls == ["POST"]


def test_the_same_order_always_travels_as_the_same_body():
    order, bodies = credit(), []

    def listen(request):
        bodies.append((request.headers["Idempotency-Key"], request.content))
        return httpx.Response(500)

    with answering(listen) as bank:
        bank.send(order)
        bank.send(Instruction(order.operation, dict(reversed(order.payload.items())), order.key))

    assert bodies[0] == bodies[1]
    assert bodies[0][0] == str(order.key)
    assert json.loads(bodies[0][1]) == {"operation": "credit", **order.payload}


def test_an_answer_that_trickles_for_ever_is_cut_off():
    class Trickle(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                while not over.wait(0.02):
                    self.wfile.write(b" ")
            except OSError:
                self.close_connection = True

        def log_message(self, *args):
            pass

    over = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Trickle) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        bank = HttpBank(f"http://127.0.0.1:{server.server_address[1]}", timeout=0.3)
        answer = bank.send(stop())
        over.set()
        bank.close()
        server.shutdown()

    assert (answer.state, answer.reason) == ("unknown", UNREADABLE)


# What counts as an answer ---------------------------------------------------------------------------------------------

KEY = UUID("0b5f6c6e-58a5-4c10-8a64-5d2a44bb7f70")
STOP = Instruction("stop_card", {"token": TOKEN}, KEY)
CREDIT = Instruction("credit", {"token": TOKEN, "amount": "1.00"}, KEY)
LIST = Instruction("list_transactions", {"token": TOKEN}, KEY)
ROW = {
    "id": "T1",
    "booked_at": "2026-11-21T02:00:00Z",
    "amount": "10.00",
    "currency": "CNY",
    "billed_amount": "10.00",
    "billed_currency": "CNY",
    "merchant": "小满早餐铺",
    "channel": "pos",
    "entry_mode": "chip",
    "country": "CN",
    "verification": "pin",
}
MONEY = {"account": "acct-1", "amount": "1.00", "currency": "CNY"}


def said(order, body, *, status=200, kind="application/json"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with answering(lambda request: httpx.Response(status, content=content, headers={"Content-Type": kind})) as bank:
        return bank.send(order)


@pytest.mark.parametrize(
    ("order", "body"),
    [
        (STOP, b""),
        (STOP, b"<html>ok</html>"),
        (STOP, b"[]"),
        (STOP, b"[" * 100_000),
        (STOP, b"\xff\xfe"),
        (STOP, {}),
        (STOP, booked(STOP, key=str(uuid4()))),
        (STOP, booked(STOP, state="done")),
        (STOP, booked(STOP, state="pending")),
        (STOP, booked(STOP, state="never_heard")),
        (STOP, booked(STOP, operation="release_card")),
        (STOP, booked(STOP, receipt="")),
        (STOP, booked(STOP, receipt="9" * 65)),
        (STOP, booked(STOP, receipt="a\0b")),
        (STOP, booked(STOP, receipt="\ud800")),
        (STOP, booked(STOP, receipt=17)),
        (STOP, booked(STOP, effective_at="2026-11-22T04:00:00")),
        (STOP, booked(STOP, effective_at="now")),
        (STOP, booked(STOP, note=0.5)),
        (STOP, json.dumps(booked(STOP)).encode()[:-1] + b', "state": "rejected"}'),
        (STOP, {"key": str(KEY), "state": "rejected", "operation": "stop_card"}),
        (STOP, {"key": str(KEY), "state": "rejected", "operation": "stop_card", "reason": " "}),
        (CREDIT, booked(CREDIT)),
        (CREDIT, booked(CREDIT, **{**MONEY, "amount": "1"})),
        (CREDIT, booked(CREDIT, **{**MONEY, "amount": 1})),
        (CREDIT, booked(CREDIT, **{**MONEY, "currency": "¥"})),
        (CREDIT, booked(CREDIT, **{**MONEY, "account": "6228480402564890018"})),
        (LIST, booked(LIST)),
        (LIST, booked(LIST, transactions={})),
        (LIST, booked(LIST, transactions=[ROW, ROW])),
        (LIST, booked(LIST, transactions=[{**ROW, "channel": "pigeon"}])),
        (LIST, booked(LIST, transactions=[{**ROW, "merchant": "长" * 121}])),
        (LIST, booked(LIST, transactions=[{**ROW, "booked_at": "2026-11-21"}])),
        (LIST, booked(LIST, transactions=[{name: ROW[name] for name in ROW if name != "country"}])),
    ],
)
def test_what_is_not_exactly_as_agreed_is_unknown(order, body):
    answer = said(order, body)

    assert (answer.state, answer.reason, answer.data) == ("unknown", UNREADABLE, {})


def test_the_cases_above_fail_for_their_own_fault_alone():
    assert said(STOP, booked(STOP)).state == "confirmed"
    assert said(CREDIT, booked(CREDIT, **MONEY)).state == "confirmed"
    assert said(LIST, booked(LIST, transactions=[ROW])).data["transactions"] == [ROW]


def test_json_that_does_not_call_itself_json_is_unknown():
    assert said(STOP, booked(STOP), kind="text/html").state == "unknown"
    assert said(STOP, booked(STOP), kind="application/json; charset=utf-8").state == "confirmed"


def test_an_answer_without_end_is_unknown():
    assert said(STOP, json.dumps(booked(STOP, note="x" * 5_000_000)).encode()).reason == UNREADABLE


def test_fields_nobody_agreed_on_are_dropped():
    answer = said(LIST, booked(LIST, holder="王小明", transactions=[{**ROW, "holder": "王小明"}]))

    assert "王小明" not in repr(answer)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"detail": "Not found"}),
        (404, {"key": str(uuid4()), "state": "never_heard"}),
        (404, b"<h1>Not Found</h1>"),
        (200, {"key": str(KEY), "state": "never_heard"}),
        (410, {"key": str(KEY), "state": "never_heard"}),
        (401, {"key": str(KEY), "state": "never_heard"}),
    ],
)
def test_only_the_banks_own_word_about_this_key_means_never_heard(status, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = httpx.Response(status, content=content, headers={"Content-Type": "application/json"})

    with answering(lambda request: reply) as bank:
        assert bank.enquire(KEY).state == "unknown"


def test_the_log_holds_keys_and_kinds_but_nothing_that_was_said(caplog):
    caplog.set_level(logging.DEBUG)
    order = Instruction("credit", {"token": "tok-secret", "amount": "31.41"})

    with answering(lambda request: httpx.Response(200, json={"holder": "王小明"})) as bank:
        bank.send(order)
        bank.enquire(order.key)

    assert str(order.key) in caplog.text
    for secret in ("tok-secret", "31.41", "王小明"):
        assert secret not in caplog.text
