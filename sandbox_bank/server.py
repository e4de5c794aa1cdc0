"""The bank over HTTP: a thin shell around `ledger.Bank`, from the standard library only."""

import json
import logging
import socket
import threading
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from sandbox_bank import page
from sandbox_bank.ledger import Bank, Reply, Silence
from sandbox_bank.moments import moment

log = logging.getLogger(__name__)
LARGEST_BODY = 1_000_000
STYLE = Path(__file__).with_name("page.css")


class BankServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes a free one. A thread per call, so that a slow answer holds up nobody."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, bank: Bank, port: int = 0) -> None:
        self.bank = bank
        super().__init__(("127.0.0.1", port), BankHandler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hung up is everyday here."""
        log.debug("A call broke off", exc_info=True)


class BankHandler(BaseHTTPRequestHandler):
    """Paths: /orders, /cards, /cards/find, /ledger, /messages, /switches, /clock, /health, and the page at /.

    An enquiry is GET /orders/{key}.
    """

    server: BankServer
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Head and body leave together: apart, the second waits for the caller's acknowledgement of the first, 40 ms.
    wbufsize = -1

    def do_GET(self) -> None:
        """Enquiries and lists."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Orders, seeds and switches."""
        self._answer(self._post)

    def do_DELETE(self) -> None:
        """DELETE /switches: behave well again."""
        self._answer(self._delete)

    def _get(self) -> None:
        bank = self.server.bank
        asked, _, questions = self.path.partition("?")
        path, query = unquote(asked), parse_qs(questions)
        if path.startswith("/orders/"):
            return self._say(bank.enquire(path.removeprefix("/orders/")))
        if path == "/":
            language = query.get("lang", ["zh-hans"])[0]
            return self._write(200, "text/html; charset=utf-8", page.render(bank, language).encode())
        if path == "/page.css":
            return self._write(200, "text/css; charset=utf-8", STYLE.read_bytes())
        lists: dict[str, Any] = {
            "/health": lambda: {"bank": "sandbox"},
            "/ledger": lambda: {"entries": bank.ledger(query.get("token", [None])[0])},
            "/cards": lambda: {"cards": bank.cards()},
            "/messages": lambda: {"messages": bank.messages()},
            "/switches": lambda: {"switches": bank.switches.shown()},
        }
        if path not in lists:
            return self._say(Reply(404, {"error": "no such page"}))
        return self._say(Reply(200, lists[path]()))

    def _post(self) -> None:
        bank = self.server.bank
        try:
            body = self._body()
            if self.path == "/orders":
                return self._say(bank.order(self.headers.get("Idempotency-Key", ""), body))
            if self.path == "/cards/find":
                return self._say(bank.find(body))
            if self.path == "/cards":
                return self._say(Reply(200, bank.seed(body)))
            if self.path == "/switches":
                return self._say(self._switch(body))
            if self.path == "/clock":
                return self._say(self._set_clock(body))
        except ValueError as problem:
            return self._say(Reply(400, {"error": str(problem)}))
        return self._say(Reply(404, {"error": "no such page"}))

    def _delete(self) -> None:
        self.server.bank.switches.clear()
        self._say(Reply(200, {"switches": []}))

    def _switch(self, body: Any) -> Reply:
        if not isinstance(body, dict):
            raise ValueError("switches are an object")
        self.server.bank.switches.set(body)
        return Reply(200, {"switches": self.server.bank.switches.shown()})

    def _set_clock(self, body: Any) -> Reply:
        """{"now": ISO 8601} stands still there; {"now": null} runs again."""
        if not isinstance(body, dict) or "now" not in body:
            raise ValueError("the clock needs now")
        self.server.bank.set_clock(None if body["now"] is None else moment(body["now"]))
        return Reply(200, {"now": body["now"]})

    def _answer(self, work: Any) -> None:
        try:
            work()
        except Silence:
            self._hang_up()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception:
            # Whatever broke, the books were rolled back; the caller may ask again under the same key.
            log.exception("The sandbox bank failed")
            self._say(Reply(500, {"error": "The bank has trouble."}))

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise ValueError("a body of known length, at most a megabyte, is needed")
        try:
            return json.loads(self.rfile.read(int(length)), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise ValueError("the body is not JSON") from None

    def _say(self, reply: Reply) -> None:
        self._write(reply.status, "application/json", json.dumps(reply.body).encode())

    def _write(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Method, path and status only; never a body."""
        log.debug(format, *args)


def push(url: str, answer: dict[str, Any]) -> None:
    """Deliver an answer to a callback address, in a thread of its own; nobody listening is no trouble."""
    if url:
        threading.Thread(target=_deliver, args=(url, json.dumps(answer).encode()), daemon=True).start()


def _deliver(url: str, content: bytes) -> None:
    call = urllib.request.Request(url, content, {"Content-Type": "application/json"})  # noqa: S310 (http only, checked)
    # Not through a proxy of the environment: the listener is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError):
        opener.open(call, timeout=10).close()


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
