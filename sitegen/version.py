"""The version of sitegen, in a module that imports nothing: others need no import of the package for it."""

__version__ = "0.1.0"
