"""People's edits of topics: find each topic again after a rebuild, and describe what has changed."""
