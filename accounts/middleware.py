"""Who acts, for the length of one request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from record.history import acting
from record.journal import system


def person(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """History rows written during the request name the signed-in person, before log-in the door.

    Stands after Django's AuthenticationMiddleware. Language and time zone are config.middleware.reader's.
    """
    nobody = system("nobody signed in")

    def name(request: HttpRequest) -> HttpResponse:
        with acting(request.user.actor() if request.user.is_authenticated else nobody):
            return get_response(request)

    return name
