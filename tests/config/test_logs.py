"""What is written about a failure names places and never values."""

from __future__ import annotations

import logging
import sys

from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from config.logs import WithoutValues

NAME = "张三 6222020200012345678"


def failure() -> BaseException:
    try:
        try:
            raise ValueError(NAME)
        except ValueError as error:
            raise RuntimeError(f"could not save {NAME}") from error
    except RuntimeError as error:
        return error


def test_a_logged_exception_tells_its_classes_and_places() -> None:
    error = failure()
    record = logging.LogRecord(
        "desk", logging.ERROR, __file__, 1, "failed", None, (type(error), error, error.__traceback__)
    )

    line = WithoutValues().format(record)

    assert "ValueError" in line
    assert "RuntimeError" in line
    assert "in failure" in line
    assert "张三" not in line
    assert "6222" not in line


def test_an_error_report_shows_no_posted_value_no_cookie_and_no_variable() -> None:
    request = RequestFactory().post("/case/", {"customer": NAME})
    request.COOKIES["sessionid"] = "a-cookie"
    try:
        customer = NAME
        raise KeyError(len(customer))
    except KeyError:
        report = ExceptionReporter(request, *sys.exc_info()).get_traceback_data()

    assert report["filtered_POST_items"] == [("customer", "(hidden)")]
    assert dict(report["request_COOKIES_items"]) == {"sessionid": "(hidden)"}
    assert all(frame["vars"] == [] for frame in report["frames"])
