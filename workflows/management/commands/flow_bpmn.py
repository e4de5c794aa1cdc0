"""manage.py flow_bpmn CardFraudFlow: a flow as BPMN 2.0, for the tools of process owners."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from workflows import bpmn
from workflows.flows import FLOWS


class Command(BaseCommand):
    """Prints it, or writes it to a file. The same flow gives the same bytes."""

    help = "Print a flow as BPMN 2.0 with its diagram, generated from its nodes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", choices=[flow.__name__ for flow in FLOWS])
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--out", type=Path, help="write it to this file instead")

    def handle(self, *args: Any, flow: str, language: str, out: Path | None, **options: Any) -> None:
        found = next(one for one in FLOWS if one.__name__ == flow)
        with translation.override(language):
            text = bpmn.document(found)
        if out is None:
            self.stdout.write(text, ending="")
        else:
            out.write_text(text, encoding="utf-8")
