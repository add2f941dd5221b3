"""A profile as one HTML page that needs no other file and no network."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

from markupsafe import Markup

from sitegen.commands.inspect import phrases
from sitegen.commands.inspect.charts import charts
from sitegen.commands.inspect.profile import Profile
from sitegen.site.theme import bokeh_script, environment, theme_folder
from sitegen.version import __version__

HERE = Path(__file__).parent


def page(profile: Profile) -> str:
    """Render the page. Its policy lets only the two scripts run that it carries, and nothing be loaded."""
    style = (theme_folder("static") / "dist" / "site.css").read_text("utf-8")
    scripts = [bokeh_script().read_text("utf-8"), (HERE / "charts.js").read_text("utf-8")]
    return (
        environment()
        .from_string((HERE / "page.html.j2").read_text("utf-8"))
        .render(
            profile=profile,
            words=phrases,
            charts=charts(profile),
            style=Markup(style),  # noqa: S704 (our own file)
            scripts=[Markup(script) for script in scripts],  # noqa: S704 (bokeh's and ours)
            hashes=[f"sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}" for script in scripts],
            version=__version__,
        )
    )
