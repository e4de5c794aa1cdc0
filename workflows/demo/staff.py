"""Who does what in the demo: people in office for a step, the same ones whenever it is asked."""

from accounts import people as offices
from accounts.models import Branch, User
from accounts.roles import Role
from cases.models import Case
from record import clock

from ..models import StepTask
from . import people


class Staff:
    """The demo bank's people, each one instance, so that their posts are read once and not at every step."""

    def __init__(self) -> None:
        self._people = {user.pk: user for user in User.objects.select_related("branch")}
        self._units = {branch.code: branch for branch in Branch.objects.all()}
        self._numbers = {user.staff_number: user for user in self._people.values()}
        self._offices: dict[tuple[str, int | None, int | None, int | None], list[User]] = {}

    def forget(self) -> None:
        """Somebody left or came back: ask anew who is in office."""
        self._offices.clear()
        for user in self._people.values():
            user.forget_posts()

    def numbered(self, number: str) -> User:
        """Somebody by staff number."""
        return self._numbers[number]

    def unit(self, code: str) -> Branch:
        """A branch by its code."""
        return self._units[code]

    def holder(self, task: StepTask) -> User:
        """Whoever has the step in hand."""
        return self._people[task.owner_id]

    def agent(self, unit: str, number: int) -> User:
        """Who takes the call of case `number` at an outlet."""
        agents = [one for one in people.PEOPLE if one.unit == unit and one.roles == (Role.AGENT,)]
        return self._numbers[agents[number % len(agents)].number]

    def for_step(self, task: StepTask, case: Case, number: int, *, known: bool = False) -> list[User]:
        """Who may be asked to do the step, the one whose turn it is first; `known`: those of the log-in list first."""
        in_turn = self.in_post(task.role, case, number)
        return sorted(in_turn, key=lambda user: (known and not self._is_known(user), self._distance(user, case)))

    def in_post(self, role: str, case: Case, number: int) -> list[User]:
        """Who is in office in a post for the case, the one whose turn it is first."""
        place = (role, case.tier1_id, case.tier2_id, case.outlet_id)
        if place not in self._offices:
            found = offices.in_office(role, case, clock.now())
            self._offices[place] = [self._people[pk] for pk in sorted({office.person.pk for office in found})]
        free = self._offices[place]
        turn = number % len(free) if free else 0
        return [*free[turn:], *free[:turn]]

    @staticmethod
    def _is_known(user: User) -> bool:
        return user.staff_number in people.LOGINS

    @staticmethod
    def _distance(user: User, case: Case) -> bool:
        """What the outlet can do itself is not passed on to another place."""
        return user.branch_id != case.handling_unit_id
