"""Prompts to a language model, its answers, and the cache of both."""
