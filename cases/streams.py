"""Which streams of the journal a complaint has, for whoever verifies it by its number."""

from cases.models import Case


def streams_of(reference: str) -> list[str]:
    """The case's own stream and those of the visits that led to it; none when no case has this number."""
    case = Case.objects.filter(reference=reference).first()
    return [case.stream, *(visit.stream for visit in case.receptions.all())] if case else []
