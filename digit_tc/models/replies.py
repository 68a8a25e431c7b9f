"""Replies of models, kept from one run to the next by the content of what was asked."""

from collections.abc import Mapping

from digit_tc.models.reply import Said


class Replies:
    """Keeps nothing."""

    def find(self, key: str) -> Said | None:  # noqa: ARG002
        """Returns the reply that was kept under a key."""
        return None

    def keep(self, said: Mapping[str, Said]) -> None:
        """Keeps replies."""

    def need(self, role: str) -> None:
        """Is told that a server has to be asked."""
