"""What has been read from the policies is forgotten around every test of this folder."""

from collections.abc import Iterator

import pytest

from knowledge import policies


@pytest.fixture(autouse=True)
def nothing_read() -> Iterator[None]:
    """A test that loads packs is rolled back: what it read must not outlive it."""
    policies.clear()
    yield
    policies.clear()
