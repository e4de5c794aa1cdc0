"""The bank over a real socket."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from sandbox_bank.ledger import Bank
from tests.fixtures.bank import BankProcess


def credit(token="tok-1", amount="120.00"):
    return {"operation": "credit", "token": token, "amount": amount, "currency": "CNY"}


def test_an_order_and_its_enquiry_tell_the_same(sandbox_bank):
    key = uuid4()

    status, answer = sandbox_bank.order(key, operation="stop_card", token="tok-1")

    assert status == 200
    assert sandbox_bank.enquire(key) == (200, answer)


def test_an_unknown_key_was_never_heard(sandbox_bank):
    key = uuid4()

    assert sandbox_bank.enquire(key) == (404, {"key": str(key), "state": "never_heard"})


def test_another_body_under_the_same_key_is_a_conflict(sandbox_bank):
    key, token = uuid4(), f"tok-{uuid4()}"

    sandbox_bank.order(key, **credit(token))

    assert sandbox_bank.order(key, **credit(token, "121.00"))[0] == 409
    assert len(sandbox_bank.ledger(token)) == 1


def test_twenty_threads_with_one_key_book_once(sandbox_bank):
    key, token = uuid4(), f"tok-{uuid4()}"
    start = threading.Barrier(20)

    def send(_):
        start.wait()
        return sandbox_bank.order(key, **credit(token))

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))

    assert [status for status, _ in answers] == [200] * 20
    assert len({json.dumps(answer) for _, answer in answers}) == 1
    assert len(sandbox_bank.ledger(token)) == 1


@pytest.mark.parametrize(("when", "booked"), [("before", 0), ("after", 1)])
def test_a_failing_bank_says_500_with_or_without_a_booking(sandbox_bank, when, booked):
    key, token = uuid4(), f"tok-{uuid4()}"
    sandbox_bank.switch(key=str(key), fail={"times": 1, "when": when})

    assert sandbox_bank.order(key, **credit(token))[0] == 500
    assert len(sandbox_bank.ledger(token)) == booked
    assert sandbox_bank.order(key, **credit(token))[0] == 200
    assert len(sandbox_bank.ledger(token)) == 1


def test_a_silent_bank_books_and_hangs_up(sandbox_bank):
    key, token = uuid4(), f"tok-{uuid4()}"
    sandbox_bank.switch(operation="credit", silent=True)

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        sandbox_bank.order(key, **credit(token))

    assert len(sandbox_bank.ledger(token)) == 1
    assert sandbox_bank.enquire(key)[1]["state"] == "booked"


def test_a_late_bank_says_202_and_books_at_the_next_enquiry(sandbox_bank):
    key, token = uuid4(), f"tok-{uuid4()}"
    sandbox_bank.switch(late=True)

    status, answer = sandbox_bank.order(key, **credit(token))

    assert (status, answer["state"]) == (202, "pending")
    assert sandbox_bank.enquire(key)[1]["state"] == "booked"


def test_a_bank_that_rejects_says_why(sandbox_bank):
    sandbox_bank.switch(reject="The account is closed.")

    assert sandbox_bank.order(uuid4(), **credit())[1]["reason"] == "The account is closed."


def test_a_double_bank_calls_back_twice(sandbox_bank):
    heard, twice = [], threading.Semaphore(0)

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            twice.release()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as listener:
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        sandbox_bank.switch(double={"callback_url": f"http://127.0.0.1:{listener.server_address[1]}/"})
        _, answer = sandbox_bank.order(uuid4(), **credit())
        assert twice.acquire(timeout=10)
        assert twice.acquire(timeout=10)
        listener.shutdown()

    assert heard == [answer, answer]


def test_the_switches_are_shown_and_cleared(sandbox_bank):
    sandbox_bank.switch(operation="credit", slow=5)
    sandbox_bank.switch(chaos={"seed": 3, "late": 0.5})

    shown = sandbox_bank.call("GET", "/switches")[1]["switches"]
    assert shown == [{"operation": "credit", "slow": 5}, {"chaos": {"seed": 3, "late": 0.5}}]
    assert sandbox_bank.call("DELETE", "/switches")[1]["switches"] == []


def test_a_card_can_be_seeded(sandbox_bank):
    token = f"tok-{uuid4()}"

    status, card = sandbox_bank.call("POST", "/cards", {"token": token, "last4": "0042"})

    assert (status, card["last4"], card["state"]) == (200, "0042", "active")
    assert token in [card["token"] for card in sandbox_bank.call("GET", "/cards")[1]["cards"]]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"\xff", b'{"operation": NaN}', b"null", b"[]", b'"text"', b"7" * 5000]
)
@pytest.mark.parametrize("path", ["/orders", "/cards", "/switches"])
def test_garbage_is_a_bad_request_never_a_failure(sandbox_bank, path, body):
    assert sandbox_bank.call("POST", path, body, **{"Idempotency-Key": str(uuid4())})[0] == 400


def test_the_clock_stands_where_it_is_put_until_it_runs_again(sandbox_bank):
    sandbox_bank.call("POST", "/clock", {"now": "2025-03-04T10:00:00+08:00"})
    past = sandbox_bank.order(uuid4(), operation="stop_card", token=f"tok-{uuid4()}")[1]
    sandbox_bank.call("POST", "/clock", {"now": None})
    now = sandbox_bank.order(uuid4(), operation="stop_card", token=f"tok-{uuid4()}")[1]

    assert past["effective_at"] == "2025-03-04T02:00:00.000Z"
    assert now["effective_at"] > past["effective_at"]


@pytest.mark.parametrize("body", [{}, [], {"now": "noon"}, {"now": 7}, {"now": "2025-03-04T10:00:00"}])
def test_the_clock_takes_only_moments(sandbox_bank, body):
    assert sandbox_bank.call("POST", "/clock", body)[0] == 400


@pytest.mark.parametrize("path", ["/orders/%00", "/orders/%ff", "/ledger?token=%00", "/ledger?=", "//[", "/?lang=%00"])
def test_strange_addresses_are_answered_without_a_failure(sandbox_bank, bank_server, path):
    connection = http.client.HTTPConnection(*bank_server.server_address, timeout=10)
    connection.request("GET", path)
    with connection.getresponse() as answer:
        assert answer.status in (200, 404)
    connection.close()


def test_other_paths_do_not_exist(sandbox_bank):
    assert sandbox_bank.call("GET", "/vault")[0] == 404
    assert sandbox_bank.call("POST", "/vault", {})[0] == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_lists_everything_and_needs_no_script(sandbox_bank, bank_server, language):
    token = f"tok-{uuid4()}"
    sandbox_bank.order(uuid4(), **credit(token))
    sandbox_bank.switch(reject="<script>alert(1)</script>")
    sandbox_bank.order(uuid4(), **credit(token))

    connection = http.client.HTTPConnection(*bank_server.server_address, timeout=10)
    connection.request("GET", f"/?lang={language}")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()

    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert token in page
    assert "120.00" in page
    assert "<script" not in page
    assert "style=" not in page


def test_it_never_runs_in_production(settings, tmp_path):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("sandbox_bank", "--port", "0", "--data", str(tmp_path / "bank.sqlite3"))

    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_said_plainly(bank_server, tmp_path):
    with pytest.raises(CommandError):
        call_command(
            "sandbox_bank", "--port", str(bank_server.server_address[1]), "--data", str(tmp_path / "b.sqlite3")
        )


def test_it_imports_nothing_of_ours():
    ours = ("config", "workflows", "cases", "knowledge", "accounts", "record")
    for file in Path("sandbox_bank").resolve().rglob("*.py"):
        for line in file.read_text().splitlines():
            assert not line.lstrip().startswith(tuple(f"{word} {app}" for word in ("import", "from") for app in ours))


def test_two_banks_on_one_file_book_each_key_once(tmp_path):
    file, keys = tmp_path / "bank.sqlite3", [f"pay-{number:04d}" for number in range(60)]
    start = threading.Barrier(4)
    banks = [Bank(file) for _ in range(2)]

    def send(number):
        start.wait()
        return {banks[number % 2].order(key, credit()).status for key in keys}

    with ThreadPoolExecutor(4) as pool:
        statuses = set().union(*pool.map(send, range(4)))

    assert statuses == {200}
    assert sorted(entry["key"] for entry in banks[0].ledger()) == keys
    for bank in banks:
        bank.close()


def test_killed_between_booking_and_answer_the_enquiry_says_booked(tmp_path):
    file, key = tmp_path / "bank.sqlite3", uuid4()
    bank = BankProcess(file)
    bank.caller.switch(operation="credit", slow={"ms": 60_000, "when": "after"})
    failures = []

    def send():
        try:
            bank.caller.order(key, **credit())
        except OSError as problem:
            failures.append(problem)

    sender = threading.Thread(target=send)
    sender.start()
    assert any(bank.caller.enquire(key)[1]["state"] == "booked" for _ in range(10_000))
    bank.kill()
    sender.join()
    assert len(failures) == 1

    reborn = BankProcess(file)
    assert reborn.caller.enquire(key)[1]["state"] == "booked"
    assert reborn.caller.order(key, **credit())[1]["state"] == "booked"
    assert len(reborn.caller.ledger()) == 1
    reborn.kill()
