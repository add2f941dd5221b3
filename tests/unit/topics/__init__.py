"""Tests of clusters, topics, their words and layers."""
