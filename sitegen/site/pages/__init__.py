"""The pages of the site, written from the map's summary and statistics."""
