"""Fast tests of everything that needs no model: no torch is imported here."""
