"""What may go wrong with a sealed value. No message holds a value."""

from uuid import UUID


class SealBroken(Exception):
    """A sealed value does not open: altered, moved to another place, or under a key this process does not hold."""


class NoSealKey(Exception):
    """This process holds no key to sign seals of the journal with; the text says what to set."""


class SealBusy(Exception):
    """Writers were at work all the time a seal waited for; it is made later."""


class KeyDestroyed(Exception):
    """The person was erased: what was sealed with his key is gone for good."""

    def __init__(self, key: UUID) -> None:
        super().__init__(f"The key {key} was destroyed.")


class KeyKept(Exception):
    """A key may not be destroyed now; the text is the sentence that says why."""
