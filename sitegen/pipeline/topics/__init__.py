"""Clusters -> what each topic is about: keywords, hierarchy, change over time."""
