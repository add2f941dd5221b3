"""sitegen turns text datasets into a static gallery of topic maps."""

from typing import TYPE_CHECKING

from sitegen.version import __version__

if TYPE_CHECKING:
    from sitegen.api.shown import Shown
    from sitegen.api.tables import build, publish_table
    from sitegen.api.topic_models import publish

__all__ = ["Shown", "__version__", "build", "publish", "publish_table"]


def __getattr__(name: str) -> object:
    """Return the Python interface, imported when it is first used: `sitegen --help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'sitegen' has no attribute {name!r}")
    from sitegen import api

    return getattr(api, name)
