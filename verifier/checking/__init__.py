"""Checking: surface trees to core programs, with every name resolved and every expression typed.

``checker.check`` takes a tree, ``load.load`` a path; ``reopen.check_form`` answers for questions to a checked program;
``sources.source_drift`` compares cited files with their recorded hashes. Nothing after this
room looks for these faults again.
"""
