"""Tests of the runner, its store and its workers."""
