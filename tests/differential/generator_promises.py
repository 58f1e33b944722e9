"""Random promises and scenarios over a generated policy, as text: of every form, some true and some false."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator_expressions import Expressions
from generator_kinds import Callee, Scope, Symbol


@dataclass(frozen=True)
class Material:
    """What promises are made from.

    ``guards``: (step, requirement without parameters); ``settings``: (step, status, constant). Both suggest true
    promises. ``requirements``: (step, name of a requirement).
    """

    scope: Scope
    guards: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str, str], ...]
    duties: tuple[tuple[str, str, str], ...]
    requirements: tuple[tuple[str, str], ...] = ()


class Promises:
    """Writes promises; every form is one method, which gives ``None`` where the policy offers nothing to say it
    about."""

    def __init__(self, expressions: Expressions, material: Material) -> None:
        self.write = expressions
        self.random = expressions.random
        self.material = material

    def promises(self, count: int) -> list[str]:
        forms: list[Callable[[], str | None]] = [
            self.always,
            self.never,
            self.lasting,
            self.never_changes,
            self.possible,
            self.always_possible,
            self.only_if,
            self.only_after,
            self.never_after,
            self.after_until,
            self.response,
            self.depends_only,
            self.more,
            self.equals,
            self.never_both,
        ]
        chosen = self.random.sample(forms, min(count, len(forms)))
        written = [text for text in (form() for form in chosen) if text is not None]
        return [f"prove p{number} {text}" for number, text in enumerate(written)]

    def _body(self, depth: int = 1) -> str:
        return self.write.boolean(self.material.scope, depth)

    def _step(self) -> Callee | None:
        steps = self.write.vocabulary.steps
        return self.random.choice(steps) if steps else None

    def _act(self) -> str | None:
        step = self._step()
        return None if step is None else self.write.act(self.material.scope, step)

    def _unless(self) -> str:
        return f" unless {self._body(0)}" if self.random.random() < 0.4 else ""

    # ------------------------------------------------------------ about states

    def always(self) -> str:
        scope = f" while {self._body(0)}" if self.random.random() < 0.4 else ""
        return f"always {self._body()}{scope}"

    def never(self) -> str:
        scope = f" while {self._body(0)}" if self.random.random() < 0.4 else ""
        return f"never ({self._body(0)} and {self._body(0)}){scope}"

    def lasting(self) -> str | None:
        """A guard that held when a status was set: often true for ever."""
        pairs = [
            (status, constant, guard)
            for step, status, constant in self.material.settings
            for of, guard in self.material.guards
            if of == step
        ]
        if not pairs:
            return None
        status, constant, guard = self.random.choice(pairs)
        return f"always ({status} is {constant} implies {guard})"

    def never_changes(self) -> str | None:
        statuses = self.write.vocabulary.statuses
        if not statuses:
            return None
        subject = self.random.choice([self.random.choice(statuses).name, self._body(0)])
        return f"never {subject} changes while {self._body(0)}"

    def possible(self) -> str:
        return f"possible {self._body()}"

    def always_possible(self) -> str:
        return f"always possible {self._body(0)}"

    def equals(self) -> str:
        scope = self.material.scope
        symbol = self.random.choice(scope.variables)
        numeric = symbol.kind.name in ("int", "money", "decimal")
        other = self.write.number(scope, symbol.kind, 1) if numeric else self.write.atom(scope, symbol.kind)
        return f"{symbol.name} equals {other}"

    def never_both(self) -> str:
        return f"{self._body(0)} never both {self._body(0)}"

    # ------------------------------------------------------------ about steps

    def _bound(self, step: Callee, sign: str) -> tuple[str, Scope]:
        """The step with fresh names for its arguments, or bare."""
        if not step.params or self.random.random() < 0.3:
            return step.name, self.material.scope
        fresh = [Symbol(f"{sign}{number}", param.kind) for number, param in enumerate(step.params)]
        return f"{step.name}({', '.join(item.name for item in fresh)})", self.material.scope.plus(*fresh)

    def only_if(self) -> str | None:
        step = self._step()
        if step is None:
            return None
        own = [guard for of, guard in self.material.guards if of == step.name]
        if own and self.random.random() < 0.5:
            return f"{step.name} only if {self.random.choice(own)}"
        act, scope = self._bound(step, "w")
        return f"{act} only if {self.write.boolean(scope, 1)}"

    def only_after(self) -> str | None:
        step, earlier = self._step(), self._act()
        if step is None:
            return None
        within = f" within {self.write.duration()}" if self.random.random() < 0.3 else ""
        return f"{step.name} only after {earlier}{within}{self._unless()}"

    def never_after(self) -> str | None:
        step, earlier = self._step(), self._act()
        return None if step is None else f"never {step.name} after {earlier}{self._unless()}"

    def after_until(self) -> str | None:
        step, until = self._step(), self._act()
        if step is None:
            return None
        act, scope = self._bound(step, "v")
        ending = f" until {until}" if self.random.random() < 0.6 else ""
        set_by = [f"({status} is {value})" for of, status, value in self.material.settings if of == step.name]
        body = self.random.choice(set_by) if set_by and self.random.random() < 0.6 else self.write.boolean(scope, 0)
        return f"after {act}, {body}{ending}"

    def response(self) -> str | None:
        step, other = self._step(), self._step()
        if step is None or other is None:
            return None
        if self.material.duties and self.random.random() < 0.7:
            answer, duration, trigger = self.random.choice(self.material.duties)
            return f"after {trigger}, {answer} within {duration}"
        same = [item.kind for item in step.params] == [item.kind for item in other.params]
        if step.params and same:
            names = ", ".join(f"u{number}" for number in range(len(step.params)))
            return f"after {step.name}({names}), {other.name}({names}) within {self.write.duration()}"
        return f"after {step.name}, {other.name} within {self.write.duration()}"

    # ------------------------------------------------------------ about two cases

    def _subjects(self, ordered: bool) -> list[str]:
        vocabulary = self.write.vocabulary
        named = [(item.name, item.kind) for item in vocabulary.statuses]
        named += [(item.name, item.kind) for item in vocabulary.decisions if not item.params] * 3
        return [name for name, kind in named if kind.ordered or not ordered]

    def depends_only(self) -> str | None:
        subjects, facts = self._subjects(ordered=False), [item.name for item in self.write.vocabulary.facts]
        if not subjects or not facts:
            return None
        chosen = self.random.sample(facts, self.random.randint(1, max(1, len(facts) - 1)))
        return f"{self.random.choice(subjects)} depends only on {', '.join(chosen)}"

    def more(self) -> str | None:
        subjects = self._subjects(ordered=True)
        items = [item.name for item in self.write.vocabulary.facts if item.kind.ordered]
        if not subjects or not items:
            return None
        verb = self.random.choice(["lowers", "raises"])
        return f"more {self.random.choice(items)} never {verb} {self.random.choice(subjects)}"

    # ------------------------------------------------------------ scenarios

    def scenario(self, number: int) -> str | None:
        """Givens, then steps, waits and expectations in any order, an expectation last."""
        if not self.write.vocabulary.steps:
            return None
        facts = Scope(tuple(self.write.vocabulary.facts), today=False)
        lines = [f"scenario example{number}"]
        if facts.variables and self.random.random() < 0.7:
            lines.append(f"  given {self.write.boolean(facts, 0)}")
        dated = self.random.random() < 0.4
        if dated:
            lines.append("  on 2001-01-31" + (f" {self._taken()}" if self.random.random() < 0.3 else ""))
        lines += [f"  {self._clause(place, dated)}" for place in range(self.random.randint(1, 3))]
        lines.append(f"  {self._expectation()}")
        return "\n".join(lines)

    def _clause(self, place: int, dated: bool) -> str:
        waits = [f"after {self.random.randint(0, 3)} days", f"after {self.random.randint(1, 3)} days, {self._taken()}"]
        waits += [f"on 2001-03-{place + 1:02} {self._taken()}"] if dated else []
        if dated or not self.write.profile.finite:
            waits += ["after 1 months", "after 1 months rounding up", "after 1 months rounding down"]
        return self.random.choice([f"when {self._taken()}", f"when {self._taken()}", self._expectation(), *waits])

    def _taken(self) -> str:
        step = self._step()
        assert step is not None
        return self._occurrence(step)

    def _expectation(self) -> str:
        if self.material.requirements and self.random.random() < 0.3:
            name, requirement = self.random.choice(self.material.requirements)
            step = next(item for item in self.write.vocabulary.steps if item.name == name)
            return f"expect cannot {self._occurrence(step)} because {requirement}"
        return self.random.choice([f"expect cannot {self._taken()}", f"expect {self._body(0)}"])

    def _occurrence(self, step: Callee) -> str:
        if not step.params:
            return step.name
        return f"{step.name}({', '.join(self.write.atom(self.material.scope, param.kind) for param in step.params)})"
