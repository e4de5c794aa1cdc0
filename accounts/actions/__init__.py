"""The only place that changes people, branches, posts and limits: check, change, journal, in one transaction.

Each verb takes `by`: the person who asks (judged by the permission table) or the system actor of a command. It locks
the row it changes, works on a fresh copy and returns that. Refusals are `accounts.errors.Refused` and change nothing.
"""

from accounts.actions.absences import end_absence, record_absence
from accounts.actions.branches import change_branch, close_branch, create_branch, move_branch
from accounts.actions.limits import end_limit, set_limit
from accounts.actions.people import activate_user, change_user, create_first_person, create_user, deactivate_user
from accounts.actions.posts import end_post, give_post
from accounts.actions.sign_in import change_password, choose_language, set_password, switch_keys, unlock_user
from accounts.actions.views import remove_view, rename_view, save_view

__all__ = [
    "activate_user",
    "change_branch",
    "change_password",
    "change_user",
    "choose_language",
    "close_branch",
    "create_branch",
    "create_first_person",
    "create_user",
    "deactivate_user",
    "end_absence",
    "end_limit",
    "end_post",
    "give_post",
    "move_branch",
    "record_absence",
    "remove_view",
    "rename_view",
    "save_view",
    "set_limit",
    "set_password",
    "switch_keys",
    "unlock_user",
]
