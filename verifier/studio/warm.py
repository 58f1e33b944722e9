"""What every process of the desk needs, loaded once: imported by the server that forks them, and by nobody else."""

from verifier import cases, pipeline, versions
from verifier.studio import playing, tasks
from verifier.syntax.grammar import load_grammar

__all__ = ["cases", "pipeline", "playing", "tasks", "versions"]

load_grammar()  # a third of a second, which no question has to wait for
