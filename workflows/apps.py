from django.apps import AppConfig
from django.contrib import admin
from django.db.models.signals import post_migrate


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from cases.intake import starters
        from cases.models import Case

        from . import checks, flows, kinds  # noqa: F401  (checks and kinds register themselves)
        from .apart import keep_apart
        from .desk import home, urls
        from .verbs.starting import start

        admin.site.desk_urls.extend(urls.urlpatterns)
        admin.site.home = home.home
        starters.register(Case.Kind.CARD_FRAUD, lambda turn: start(turn, flows.CardFraudFlow))
        post_migrate.connect(keep_apart, sender=self)
