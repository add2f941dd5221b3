"""A map in a site of Sphinx with MyST: `sitegen build --output extra/maps`, then `sphinx-build . out`."""

project = "My documentation"
extensions = ["myst_parser"]
exclude_patterns = ["extra", "out"]
html_extra_path = ["extra"]
