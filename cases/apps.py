"""The app's place in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """What a complaint is: records, rules, actions, money, intake."""

    name = "cases"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """A process that only reads must know every kind of fact, too."""
        from cases import (  # noqa: F401  (kinds register themselves)
            holds,
            kinds,
            kinds_advance,
            kinds_audit,
            kinds_call,
            kinds_door,
            kinds_erasure,
            kinds_export,
            kinds_general,
            kinds_lines,
            kinds_panel,
            kinds_reception,
            kinds_review,
            kinds_sample,
            kinds_shift,
            kinds_systems,
            kinds_terms,
            kinds_triage,
            streams,
        )
        from cases.exports import copied, files, tables  # noqa: F401  (formats register themselves)
        from record import keys, triggers, verification

        keys.KEEPERS.append(holds.why_kept)
        triggers.CALLED.add("cases_next_number")
        verification.STREAMS_OF["case"] = streams.streams_of
