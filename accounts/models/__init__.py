"""Who works here. Dependencies run one way: placed < branch < user < absence, post, authority, view."""

from accounts.models.absence import Absence
from accounts.models.authority import AuthorityLimit, LimitKind
from accounts.models.branch import Branch
from accounts.models.draft import Draft
from accounts.models.placed import Placed
from accounts.models.post import Post, Standing
from accounts.models.saved_view import SavedView
from accounts.models.user import Language, User

__all__ = [
    "Absence",
    "AuthorityLimit",
    "Branch",
    "Draft",
    "Language",
    "LimitKind",
    "Placed",
    "Post",
    "SavedView",
    "Standing",
    "User",
]
