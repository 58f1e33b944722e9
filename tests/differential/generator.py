"""Random well-typed policies, as text, so that the parser and the checker are exercised too.

Takes a ``random.Random`` and a ``Profile``; gives the text of a policy with facts, statuses, steps that fire, and
promises of many forms over them. The same seed gives the same text. ``policies`` is the same as a Hypothesis
strategy.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from generator_expressions import Expressions
from generator_kinds import (
    ALL,
    DATE,
    DECIMAL,
    FINITE,
    INT,
    MONEY,
    YES_NO,
    Callee,
    Kind,
    Profile,
    Scope,
    Symbol,
    Vocabulary,
    int_between,
    option,
    set_of,
)
from generator_promises import Material, Promises
from hypothesis import strategies as st

Owner = Literal["fact", "status", "parameter"]

__all__ = ["ALL", "FINITE", "Profile", "generate", "policies"]


def policies(profile: Profile) -> st.SearchStrategy[str]:
    """Policies of a profile; Hypothesis shrinks the choices made."""
    return st.builds(generate, st.randoms(use_true_random=False), st.just(profile))


def generate(random: Random, profile: Profile) -> str:
    """The text of one policy."""
    return _Generator(random, profile).policy()


class _Generator:
    def __init__(self, random: Random, profile: Profile) -> None:
        self.random = random
        self.profile = profile
        self.vocabulary = Vocabulary()
        self.write = Expressions(random, profile, self.vocabulary)
        self.guards: list[tuple[str, str]] = []
        self.settings: list[tuple[str, str, str]] = []
        self.duties: list[tuple[str, str, str]] = []
        self.requirements: list[tuple[str, str]] = []

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def count(self, low: int, high: int) -> range:
        return range(self.random.randint(low, high))

    def policy(self) -> str:
        lines = ["policy generated", *self._types(), *self._facts(), *self._readings(), *self._statuses()]
        lines += self._assumptions()
        lines += self._definitions() if self.profile.has("decisions") else []
        lines += self._decisions() if self.profile.has("decisions") else []
        self._step_names()
        lines += self._steps()
        lines += self._duties() if self.profile.has("duties") else []
        material = Material(
            self._scope(history=True),
            tuple(self.guards),
            tuple(self.settings),
            tuple(self.duties),
            tuple(self.requirements),
        )
        promises = Promises(self.write, material)
        lines += promises.promises(self.profile.promises)
        if self.profile.has("scenarios"):
            lines += [text for number in self.count(1, 2) if (text := promises.scenario(number)) is not None]
        return "\n".join(lines) + "\n"

    def _scope(self, history: bool) -> Scope:
        names = self.vocabulary
        variables = (*names.facts, *names.statuses, *names.readings)
        return Scope(variables, (*names.decisions, *names.definitions), history, self.profile.has("dates"))

    # ------------------------------------------------------------ declarations

    def _types(self) -> list[str]:
        lines = []
        for number in range(self.random.randint(1, 2)):
            members = tuple(f"{'ab'[number]}{place}" for place in range(self.random.randint(2, 3)))
            self.vocabulary.enums.append(Kind("enum", f"Enum{number}", members))
            lines.append(f"enum Enum{number} = {' | '.join(members)}")
        if self.profile.has("entities"):
            self.vocabulary.entity = Kind("entity", "Person")
            lines.append("entity Person")
        if self.profile.has("lists"):
            fields = (("amount", int_between(0, 3)), ("good", YES_NO))
            self.vocabulary.record = Kind("list", "Item", fields=fields)
            lines.append("record Item\n  field amount : int 0..3\n  field good : yes/no")
        return lines

    def _kind(self, owner: Owner) -> Kind:
        """A kind that the owner may have."""
        enum = self.random.choice(self.vocabulary.enums)
        kinds = [YES_NO, YES_NO, enum, enum]
        if self.profile.has("integers"):
            kinds += [self._integer()] * (3 if self.profile.errors else 1)
        if self.profile.has("sets"):
            kinds.append(set_of(enum))
        if self.profile.has("options"):
            kinds.append(option(self.random.choice([enum, self._integer()])))
        if not self.profile.finite:
            kinds += self._infinite_kinds(owner)
        return self.random.choice(kinds)

    def _integer(self) -> Kind:
        low = self.random.randint(0, 1)
        bounded = int_between(low, low + self.random.randint(1, 2))
        return bounded if self.profile.finite or self.chance(0.5) else INT

    def _infinite_kinds(self, owner: Owner) -> list[Kind]:
        kinds = []
        if self.profile.has("money"):
            kinds += [MONEY, MONEY if owner == "status" else Kind("money", "money $0..")]
        if self.profile.has("decimals"):
            kinds.append(DECIMAL)
        if self.profile.has("dates"):
            kinds += [DATE, option(DATE)]
        entity, record = self.vocabulary.entity, self.vocabulary.record
        if entity is not None:
            kinds.append(option(entity) if owner == "status" else entity)
        if record is not None and owner == "fact":
            kinds.append(Kind("list", f"list of Item up to {self.random.randint(1, 2)}", inner=record))
        return kinds

    def _facts(self) -> list[str]:
        if self.vocabulary.entity is not None:
            self.vocabulary.facts.append(Symbol("someone", self.vocabulary.entity))
        for number in self.count(1, 1 + self.profile.size):
            self.vocabulary.facts.append(Symbol(f"fact{number}", self._kind("fact")))
        return [f"fact {item.name} : {item.kind.text}" for item in self.vocabulary.facts]

    def _readings(self) -> list[str]:
        if not self.profile.has("readings") or self.chance(0.6):
            return []
        self.vocabulary.readings.append(Symbol("reading0", Kind("enum", "reading0", ("strict", "lenient"))))
        return ['reading reading0 "how to read it" = strict | lenient']

    def _statuses(self) -> list[str]:
        lines = []
        given = Scope((*self.vocabulary.facts, *self.vocabulary.readings), today=self.profile.has("dates"))
        for number in range(self.random.randint(1, 1 + self.profile.size)):
            kind = self._kind("status")
            self.vocabulary.statuses.append(Symbol(f"status{number}", kind))
            starts = "" if self.chance(0.2) else f" starts {self._start(given, kind)}"
            lines.append(f"status status{number} : {kind.text}{starts}")
        return lines

    def _start(self, given: Scope, kind: Kind) -> str:
        """Mostly a constant, so that the steps have something to do."""
        return self.write.value(given if self.chance(0.3) else Scope((), today=given.today), kind, 0)

    def _assumptions(self) -> list[str]:
        if not self.vocabulary.facts or self.chance(0.6):
            return []
        facts = Scope(tuple(self.vocabulary.facts), today=False)
        return [f'assume assumed: ({self.write.test(facts, 0)} or {self.write.test(facts, 0)}) because "it is so"']

    def _definitions(self) -> list[str]:
        if self.chance(0.5):
            return []
        param = Symbol("input0", self.random.choice([YES_NO, *self.vocabulary.enums]))
        scope = self._scope(history=False)
        with_param = self.chance(0.5)
        body = self.write.boolean(scope.plus(param) if with_param else scope, 1)
        self.vocabulary.definitions.append(Callee("defined", (param,) if with_param else (), YES_NO))
        return [f"define defined{f'({param.name}: {param.kind.text})' if with_param else ''} means {body}"]

    # ------------------------------------------------------------ decisions

    def _decisions(self) -> list[str]:
        lines: list[str] = []
        for number in self.count(0, self.profile.size):
            maker = self._table if self.chance(0.3) else self._decision
            lines += maker(f"decision{number}")
        return lines

    def _decision(self, name: str) -> list[str]:
        kind = self.random.choice([YES_NO, self.random.choice(self.vocabulary.enums), self._integer()])
        params = (Symbol("asked", self.random.choice([YES_NO, int_between(0, 2)])),) if self.chance(0.3) else ()
        scope = self._scope(history=False).plus(*params)
        lines = [f"decide {name}{self._params(params)} : {kind.text}"]
        names: list[str] = []
        for number in range(self.random.randint(1, 2 + self.profile.size)):
            given = f"gives {self.write.value(scope, kind, 0)} if {self.write.boolean(scope, 1)}"
            lines.append(f"  {self._rule_head(names, number)} {given}")
            names.append(f"r{number}")
        if not self.profile.errors or self.chance(0.6):
            lines.append(f"  otherwise {self.write.value(scope, kind, 0)}")
        self.vocabulary.decisions.append(Callee(name, params, kind))
        return lines

    def _rule_head(self, names: list[str], number: int) -> str:
        """A rule or an exception; without errors each defeats all before it, so that at most one is left."""
        if not names:
            return f"rule r{number}"
        if not self.profile.errors:
            return f"exception r{number} to {', '.join(names)}"
        if self.chance(0.3):
            return f"rule r{number}"
        defeated = self.random.sample(names, self.random.randint(1, len(names)))
        return f"exception r{number} to {'all' if self.chance(0.2) else ', '.join(defeated)}"

    def _table(self, name: str) -> list[str]:
        enum = self.random.choice(self.vocabulary.enums)
        kind = self.random.choice([YES_NO, int_between(0, 3)])
        params = (Symbol("asked", enum), Symbol("level", int_between(0, 3)))
        first, *others = enum.members
        scope = Scope(())
        rows = [(first, "0 to 1"), (first, ">= 2"), (" | ".join(others), "any")]
        if self.profile.errors and self.chance(0.4):
            rows.pop()
        lines = [f"table {name}{self._params(params)} : {kind.text}"]
        lines += [f"  row {one}, {two} gives {self.write.value(scope, kind, 0)}" for one, two in rows]
        self.vocabulary.decisions.append(Callee(name, params, kind))
        return lines

    def _params(self, params: tuple[Symbol, ...]) -> str:
        return f"({', '.join(f'{item.name}: {item.kind.text}' for item in params)})" if params else ""

    # ------------------------------------------------------------ steps and duties

    def _step_names(self) -> None:
        """Steps are known before they are written, since history may speak of all of them."""
        for number in range(self.random.randint(1, 1 + self.profile.size)):
            params: tuple[Symbol, ...] = ()
            if self.profile.has("parameters") and self.chance(0.4):
                params = tuple(Symbol(f"by{place}", self._kind("parameter")) for place in self.count(1, 2))
            self.vocabulary.steps.append(Callee(f"step{number}", params, YES_NO))

    def _steps(self) -> list[str]:
        return [self._step(step) for step in self.vocabulary.steps]

    def _step(self, step: Callee) -> str:
        lines = [f"step {step.name}{self._params(step.params)}"]
        outer, inner = self._scope(history=True), self._scope(history=True).plus(*step.params)
        for number in self.count(0, 2):
            own = bool(step.params) and self.chance(0.5)
            guard = self.write.boolean(inner if own else outer, self.random.choice([0, 0, 1]))
            if not own:
                self.guards.append((step.name, guard))
            labelled = self.chance(0.3)
            self.requirements.append((step.name, f"label{number}" if labelled else f"requires.{number + 1}"))
            lines.append(f"  requires {f'label{number}: ' if labelled else ''}{guard}")
        changed = self.random.sample(self.vocabulary.statuses, self.random.randint(1, min(2, self.statuses)))
        effects = [f"{status.name} becomes {self._effect(step, status, inner)}" for status in changed]
        if self.chance(0.9):
            lines.append(f"  then {', '.join(effects)}")
        return "\n".join(lines)

    @property
    def statuses(self) -> int:
        return len(self.vocabulary.statuses)

    def _effect(self, step: Callee, status: Symbol, scope: Scope) -> str:
        """Mostly a constant: then the promise that its guard lasts may be true."""
        if status.kind.name in ("enum", "yes/no") and self.chance(0.7):
            constant = self.random.choice(status.kind.members or ("yes", "yes", "no"))
            self.settings.append((step.name, status.name, constant))
            return constant
        return self.write.value(scope, status.kind, 1)

    def _duties(self) -> list[str]:
        if self.chance(0.3):
            return []
        return [self._duty(f"due{number}") for number in self.count(1, 2)]

    def _duty(self, name: str) -> str:
        answer, trigger = (self.random.choice(self.vocabulary.steps).name for _ in range(2))
        duration = self.write.duration()
        self.duties.append((answer, duration, trigger))
        unless = f" unless {self.write.boolean(self._scope(history=True), 1)}" if self.chance(0.4) else ""
        return f"duty {name}: {answer} within {duration} of {trigger}{unless}"
