"""The one tree of exceptions, and the warning of the Python interface. Each names what is wrong and the next step.

`exit_code` is what the CLI returns. `did_you_mean` is the next step for a misspelt name.
"""

import difflib
from collections.abc import Iterable


class SitegenError(Exception):
    """Base of every error that a user can mend. Its message is shown without a traceback.

    Args:
        message: what is wrong and the next step.
        field: the field of the dataset's config that it is about, such as `reduction.n_neighbors`.
    """

    exit_code = 1

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ConfigError(SitegenError):
    """`datasets.yaml` cannot be used. One line per problem: `file:line:column: field: what, next step`."""

    exit_code = 2


class SourceError(SitegenError):
    """A source of documents is missing or cannot be read."""


class DataError(SitegenError):
    """The documents cannot be modelled as the config asks."""


class ModelError(SitegenError):
    """A model is missing or cannot be loaded."""


class ComputeError(SitegenError):
    """The engine that runs blocks of work, or a worker of it, is missing, lost or not fit for it."""


class ArtifactError(SitegenError):
    """A stored artifact is missing, incomplete or does not match its checksum."""


class PublishError(SitegenError):
    """The site cannot be written or does not pass its checks."""


class SitegenWarning(UserWarning):
    """What the commands print as a warning, from the Python interface."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask whether the most similar of the known names is meant; empty if none is similar."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]}?" if close else ""
