"""ARTIFACTS -> FILES: renders the published site from stored artifacts; no model is ever loaded here."""

MAP_VERSION = 14
"""Bumped by hand when the files of a map change for the same artifacts."""
SECTIONS = ("map", "publish", "seed", "documents", "given")
"""What of a dataset's config decides the files of its map."""
LIBRARIES = ("datashader", "bokeh", "pillow", "pyarrow", "scipy")
"""Distributions whose version decides the files of a map."""
