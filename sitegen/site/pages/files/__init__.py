"""Files beside the pages: downloads, pictures, feeds, texts for machines."""
