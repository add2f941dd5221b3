"""The map as pictures: density tiles, the still image of a page, one picture for each group."""
