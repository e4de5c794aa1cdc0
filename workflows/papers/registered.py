"""Both papers as formats of an export."""

from django.utils.translation import gettext_lazy as _

from cases.exports import formats, typeset

from . import dossier, proof


def register() -> None:
    """Once."""
    if dossier.NAME not in formats.FORMATS:
        formats.register(formats.Format(dossier.NAME, _("PDF dossier"), dossier.write, lacks=typeset.lacks))
        formats.register(formats.Format(proof.NAME, _("Proof package"), proof.write, lacks=typeset.lacks))
