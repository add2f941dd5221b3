"""The Python interface: what the commands do, in the words of `datasets.yaml`. Use it as `sitegen.publish_table(…)`."""

from sitegen.api.publish import build, publish_bertopic, publish_table
from sitegen.api.shown import Shown

__all__ = ["Shown", "build", "publish_bertopic", "publish_table"]
