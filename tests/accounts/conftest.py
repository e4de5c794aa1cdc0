"""What the tests of people and branches start from."""

import pytest
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from tests.factories import Bank, bank, person


@pytest.fixture(autouse=True)
def english():
    """Sentences are asserted in their source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def tree(db: None) -> Bank:
    """A small bank."""
    return bank()


@pytest.fixture
def administrator(tree: Bank) -> User:
    """Who keeps people and limits for the whole bank."""
    return person(Role.ADMINISTRATOR, tree.head_office, staff_number="adm1")
