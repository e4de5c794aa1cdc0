"""Every exception of the card-fraud process has its journey (docs/processes/card-fraud-exceptions.md)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PAGE = Path(settings.BASE_DIR) / "docs" / "processes" / "card-fraud-exceptions.md"
JOURNEY = re.compile(r"`(tests/[\w/]+\.py) (test_\w+)`")
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_exception_has_a_journey_that_is_there(row):
    found = JOURNEY.findall(row)

    assert found, "no journey is named"
    for path, name in found:
        text = (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{path} has no {name}"
