"""Makers of test data, one module an app. They save plainly: what actions check and journal is tested on actions."""

from tests.factories.accounts import Bank, BranchFactory, PostFactory, UserFactory, bank, person

__all__ = ["Bank", "BranchFactory", "PostFactory", "UserFactory", "bank", "person"]
