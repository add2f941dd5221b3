"""A published site as a notebook shows it: a picture with the names of topics, and a link. It needs no kernel."""

from __future__ import annotations

import base64
import io
import sys
import webbrowser
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sitegen.errors import PublishError

PICTURE_PX = 1000
PICTURE_BYTES = 330_000
"""In base64 it takes a third more, and a notebook should not grow by more than 500 kB."""


@dataclass(frozen=True)
class Shown:
    """A site that was published.

    Attributes:
        folder: of the site; its `index.html` opens from disk, and any static server can host it.
        maps: slug and title of each map.
    """

    folder: Path
    maps: tuple[tuple[str, str], ...]

    def show(self) -> None:
        """Show it in the notebook; outside of one, open it in the browser."""
        if "marimo" in sys.modules:
            import marimo  # type: ignore[import-not-found,unused-ignore]

            if marimo.running_in_notebook():
                marimo.output.append(self)
                return
        if "IPython" in sys.modules:
            from IPython import get_ipython  # type: ignore[attr-defined,import-not-found,unused-ignore]
            from IPython.display import display  # type: ignore[import-not-found,unused-ignore]

            if get_ipython() is not None:  # type: ignore[no-untyped-call,unused-ignore]
                display(self)  # type: ignore[no-untyped-call,unused-ignore]
                return
        webbrowser.open((self.folder / "index.html").resolve().as_uri())

    def _repr_html_(self) -> str:
        """HTML with no script: the picture of the first map, and a link to each."""
        slug, title = self.maps[0]
        source = base64.b64encode(_picture(self.folder / slug / "download" / "map.png")).decode("ascii")
        links = " · ".join(
            f'<a href="{escape(self._address(slug))}" target="_blank" rel="noopener">{escape(title)}</a>'
            for slug, title in self.maps
        )
        picture = f'<img src="data:image/webp;base64,{source}" alt="{escape(f"Map: {title}")}" style="max-width:100%">'
        address = escape(self._address(slug))
        return (
            f'<div class="sitegen"><a href="{address}" target="_blank" rel="noopener">{picture}</a>'
            f"<p>Open the map: {links}<br><small>Notebooks cannot show pages of several files: open "
            f"<code>{escape(self._path(slug))}</code> in a browser.</small></p></div>"
        )

    def _path(self, slug: str) -> str:
        """From the notebook's folder, so that notebook and site can move together."""
        page = self.folder.resolve() / slug / "index.html"
        return (page.relative_to(Path.cwd()) if page.is_relative_to(Path.cwd()) else page).as_posix()

    def _address(self, slug: str) -> str:
        path = self._path(slug)
        return Path(path).as_uri() if Path(path).is_absolute() else path


def _picture(path: Path) -> bytes:
    """Return the picture as WebP, small enough for a notebook.

    Raises:
        PublishError: it is not there.
    """
    from PIL import Image

    if not path.is_file():
        raise PublishError(f"{path} is not there any more; publish again")
    with Image.open(path) as full:
        full.thumbnail((PICTURE_PX, PICTURE_PX))
        picture = full.convert("RGB")
    for quality in (85, 70, 50, 25, 5):
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=quality, method=4)
        if file.tell() <= PICTURE_BYTES:
            break
    return file.getvalue()
