"""People, branches, posts, limits and absences in the Django admin. Nothing is saved here: every form calls a verb."""

from accounts.admin import limits, people, places

__all__ = ["limits", "people", "places"]
