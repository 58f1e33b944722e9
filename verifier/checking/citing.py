"""Citations and phrases: surface forms to their core forms.

Takes citations in a context; gives core citations, reporting sources that are not declared.
"""

from __future__ import annotations

from verifier.checking.context import Context
from verifier.checking.suggest import closest, did_you_mean, listing
from verifier.core import program
from verifier.source import Span
from verifier.syntax import tree


def cites_of(cites: tuple[tree.Cite, ...], context: Context) -> tuple[program.Cite, ...]:
    """Core citations; those of unknown sources are reported and kept, since the source is then in error already."""
    for cite in cites:
        if cite.source not in context.scope.sources:
            _unknown_source(cite, context)
    return tuple(program.Cite(cite.source, cite.locator) for cite in cites)


def _unknown_source(cite: tree.Cite, context: Context) -> None:
    if context.scope.excuses(cite.source):
        return
    names = list(context.scope.sources)
    guess = closest(cite.source, names)
    start = cite.span.start + cite.span.text.find(cite.source)
    place = Span(cite.span.source, start, start + len(cite.source))
    if guess is not None:
        advice = f"did you mean `{guess}`?"
    elif names:
        advice = f"the declared sources are {listing(names)}"
    else:
        advice = f'declare it at the top of the policy: `source {cite.source} "its title"`'
    message = f"the source `{cite.source}` is cited but not declared"
    context.collector.error("E0206", message, place, help=advice, fixes=did_you_mean(guess, place))


def reads_of(reads: tree.Reads | None) -> program.Reads | None:
    """The author's phrases."""
    return None if reads is None else program.Reads(reads.positive, reads.negative)


def declared_actors(actors: tuple[tree.Name, ...], context: Context) -> tuple[str, ...]:
    """Names of actors; once one actor is declared, all must be."""
    known = context.scope.actors
    for actor in actors:
        if known and actor.text not in known and not context.scope.excuses(actor.text):
            guess = closest(actor.text, known)
            advice = (
                f"did you mean `{guess}`?"
                if guess
                else f'add `actor {actor.text} "…"`: once one is declared, all must be'
            )
            message = f"`{actor.text}` is not an actor"
            context.collector.error("E0205", message, actor.span, help=advice, fixes=did_you_mean(guess, actor.span))
    return tuple(actor.text for actor in actors)
