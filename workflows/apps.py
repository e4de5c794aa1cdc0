from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.contrib import admin
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from cases.actions.turn import Turn


def start_card_fraud(turn: "Turn") -> None:
    """What a complaint of unauthorised card charges begins with."""
    from .flows import CardFraudFlow
    from .verbs.starting import start

    start(turn, CardFraudFlow)


def start_general(turn: "Turn") -> None:
    """What a complaint begins with that another case hands on."""
    from .flows import GeneralFlow
    from .verbs.starting import start

    start(turn, GeneralFlow)


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from cases.intake import starters
        from cases.models import Case

        from . import checks, flows, kinds, kinds_handing  # noqa: F401  (checks and kinds register themselves)
        from .apart import keep_apart
        from .desk import export_events, export_lists, export_sheets, frame, home, urls
        from .papers import registered

        export_lists.register()
        export_sheets.register()
        export_events.register()
        registered.register()
        site: Any = admin.site  # ours, see config.admin
        site.desk_urls.extend(urls.urlpatterns)
        site.home = home.home
        site.frame.append(frame.frame)
        starters.register(Case.Kind.CARD_FRAUD, start_card_fraud)
        starters.register(starters.HANDED_ON, start_general)
        post_migrate.connect(keep_apart, sender=self)
