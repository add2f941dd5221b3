"""What a reader found out or suspects, for those who run it: how a file was read, and what looks wrong in it."""

from __future__ import annotations


class Remarks:
    """Lines for the user, each once, in order.

    Attributes:
        told: what was recognised and done.
        warned: what looks like a mistake in the data.
        options: fields of the source's config that were recognised, with their values.
    """

    def __init__(self) -> None:
        self.options: dict[str, str] = {}
        self._told: dict[str, None] = {}
        self._warned: dict[str, None] = {}

    @property
    def told(self) -> list[str]:
        """See the class."""
        return list(self._told)

    @property
    def warned(self) -> list[str]:
        """See the class."""
        return list(self._warned)

    def tell(self, line: str) -> None:
        """Remember what was done."""
        self._told[line] = None

    def recognise(self, option: str, value: str, line: str) -> None:
        """Remember an option that the config does not give, and tell of it."""
        self.options[option] = value
        self.tell(f"{line}; {option} of the source says it for good")

    def warn(self, line: str) -> None:
        """Remember what looks wrong."""
        self._warned[line] = None

    def take(self, other: Remarks) -> None:
        """Add all that `other` holds."""
        self._told |= other._told
        self._warned |= other._warned
        self.options |= other.options
