"""What can be told of an audit: words were looked for in what customers wrote."""

from django.utils.translation import gettext_lazy as _

from record.journal import Kind, register

WORDS_LOOKED_FOR = register(
    Kind(
        "words.looked_for",
        _("Words were looked for in the accounts of %(read)s complaints; complaints found: %(references)s."),
    )
)
