"""sitegen turns text datasets into a static gallery of topic maps."""

__version__ = "0.1.0"
