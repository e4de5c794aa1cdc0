"""Staff and a bank in memory, as the desk's tests have them."""

from tests.desk.conftest import bank_in_memory, staff

__all__ = ["bank_in_memory", "staff"]
