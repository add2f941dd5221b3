"""Tests of `datasets.yaml` and what is wrong with it."""
