"""`sitegen init`: a gallery to fill in, or one guessed from data."""
