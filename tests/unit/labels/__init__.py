"""Tests of names of topics."""
