"""The person who signs in. What he may do comes from his posts, read in models/post.py and judged in permissions.py."""

import unicodedata
import uuid
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.branch import Branch
from accounts.roles import Role
from record import clock
from record.history import Tracked, TrackedQuerySet, history
from record.journal import Actor

if TYPE_CHECKING:
    from accounts.models.post import Post, Standing

STAFF_NUMBER = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]{1,31}\Z", _("Letters, digits, dots and hyphens only."))


class Language(models.TextChoices):
    """Languages of the screens."""

    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"].from_queryset(TrackedQuerySet)):  # type: ignore[misc]
    """Finds people by staff number, as typed on any keyboard."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Full-width digits and spaces around are the same number. Raises User.DoesNotExist."""
        return cast(User, self.get(staff_number=unicodedata.normalize("NFKC", username or "").strip()))

    def create_superuser(self, staff_number: str, password: str | None = None, **fields: Any) -> "User":
        """For the first start only: a person without a post, who may appoint the first administrator."""
        from accounts import actions  # actions need the models

        return actions.create_first_person(staff_number=staff_number, password=password, **fields)


class User(AbstractBaseUser, PermissionsMixin, Tracked):
    """A member of staff. Never deleted: whoever leaves is deactivated, which ends his sessions.

    Groups and Django's permission rows are switched off, so that no second table gives rights beside ours.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    staff_number = models.CharField(
        _("Staff number"),
        max_length=32,
        unique=True,
        validators=[STAFF_NUMBER],
        error_messages={"unique": _("This staff number is taken.")},
    )
    display_name = models.CharField(_("Name"), max_length=60)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("Branch")
    )
    language = models.CharField(_("Language"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    keys_off_since = models.DateTimeField(_("Single keys off since"), null=True, editable=False)  # WCAG 2.1.4
    email = models.EmailField(_("E-mail"), blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    is_staff = models.BooleanField(default=True, editable=False)
    joined_at = models.DateTimeField(_("On record since"), default=clock.now, editable=False)
    session_round = models.PositiveIntegerField(default=0, editable=False)

    last_login = None  # log-ins stand in the journal; a column would write history at each one
    groups = None  # type: ignore[assignment]  # Django's way to drop an inherited field
    user_permissions = None  # type: ignore[assignment]

    history = history(excluded_fields=["password", "session_round"])
    objects = UserManager()

    USERNAME_FIELD = "staff_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["staff_number"]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.staff_number})"

    @property
    def stream(self) -> str:
        """Where the journal tells about this person."""
        return f"user:{self.uuid}"

    @property
    def door(self) -> str:
        """Where it tells when he came in and went: apart, so that what he may do can be proved without."""
        return f"sign-in:{self.uuid}"

    def actor(self, role: str = "", for_whom: "User | None" = None) -> Actor:
        """How the journal names this person, with the role he acts in and the one he stands in for."""
        return Actor(
            number=self.staff_number,
            name=self.display_name,
            role=role,
            for_whom=f"{for_whom.staff_number} {for_whom.display_name}" if for_whom else "",
        )

    # posts ------------------------------------------------------------------------------------------------------------

    def standings_now(self) -> "list[Standing]":
        """Posts in office now: his own, then those of people he stands in for. One query, kept on the instance."""
        if "_standings" not in self.__dict__:
            from accounts.models.post import standings  # posts need the person's class

            self._standings = standings(self, clock.now())
        return self._standings

    def posts_now(self) -> "list[Post]":
        """His own posts in office now."""
        return [held.post for held in self.standings_now() if held.for_whom is None]

    def forget_posts(self) -> None:
        """Ask the database again at the next question."""
        self.__dict__.pop("_standings", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Reload the row and forget the posts read before."""
        self.forget_posts()
        super().refresh_from_db(*args, **kwargs)

    # Django's questions -----------------------------------------------------------------------------------------------

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's admin asks this: administrators keep people and branches, nobody deletes or gets anything else."""
        app, _dot, codename = perm.partition(".")
        return app == "accounts" and not codename.startswith("delete_") and self.keeps_people()

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """All of them."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Only the people's own part of the admin, and only for administrators."""
        return app_label == "accounts" and self.keeps_people()

    def get_user_permissions(self, obj: Any = None) -> set[str]:
        """None: rights come from posts."""
        return set()

    def get_group_permissions(self, obj: Any = None) -> set[str]:
        """None: there are no groups."""
        return set()

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        """None: rights come from posts."""
        return set()

    def keeps_people(self) -> bool:
        """An administrator in office; or the superuser, as long as the bank has no administrator in office."""
        from accounts.models.post import administrator_in_office

        if not self.is_active:
            return False
        if any(post.role == Role.ADMINISTRATOR for post in self.posts_now()):
            return True
        return self.is_superuser and not administrator_in_office(clock.now())

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Password and session round: raising the round ends every session, and reactivating revives none."""
        value = f"{self.password}|{self.session_round}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()
