"""Clauseproof: prove that the promises of a law or policy hold for every case and every sequence of events."""

__version__ = "0.1.0"
LANGUAGE_VERSION = "1"
