"""Where each topic's name is drawn: candidates beside its cluster, obstacles, size of type."""
