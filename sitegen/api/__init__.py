"""The Python interface: what the commands do, in the words of `datasets.yaml`. Use it as `sitegen.publish_table(…)`."""

from sitegen.api.shown import Shown
from sitegen.api.tables import build, publish_table
from sitegen.api.topic_models import publish

__all__ = ["Shown", "build", "publish", "publish_table"]
