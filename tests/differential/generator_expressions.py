"""Random well-typed expressions, as text. Compound ones come in parentheses, so that they fit anywhere."""

from __future__ import annotations

from random import Random

from generator_kinds import DATE, INT, YES_NO, Callee, Kind, Profile, Scope, Symbol, Vocabulary

ROUNDINGS = ("rounding up", "rounding down")
DATES = ("2000-01-31", "2000-02-29", "2001-03-01", "2003-12-31")


class Expressions:
    """Writes expressions over a vocabulary; every method gives text of the kind that its name says."""

    def __init__(self, random: Random, profile: Profile, vocabulary: Vocabulary) -> None:
        self.random = random
        self.profile = profile
        self.vocabulary = vocabulary

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # ------------------------------------------------------------ yes/no

    def boolean(self, scope: Scope, depth: int) -> str:
        if depth <= 0 or self.chance(0.35):
            return self.test(scope, depth)
        if scope.history and self.profile.has("history") and self.chance(0.3):
            return self._past(self._lasting(scope), depth)
        one, two = self.boolean(scope, depth - 1), self.boolean(scope, depth - 1)
        forms = [f"({one} and {two})", f"({one} or {two})", f"(not {one})", f"({one} implies {two})"]
        forms += [f"({one} exactly when {two})", f"(if {one} then {two} else {self.boolean(scope, depth - 1)})"]
        return self.random.choice(forms)

    def _past(self, scope: Scope, depth: int) -> str:
        """A term about earlier states; sometimes about what was earlier then."""
        one, two = self.boolean(scope, depth - 1), self.boolean(scope, depth - 1)
        if self.chance(0.2):
            one = f"({self._past(scope, depth)})"
        return self.random.choice([f"ever ({one})", f"just before ({one})", f"({one} ever since {two})"])

    def _lasting(self, scope: Scope) -> Scope:
        """Without parameters of infinite types: what held for each of their values cannot be followed."""
        declared = {item.name for item in (*self.vocabulary.facts, *self.vocabulary.statuses)}
        kept = tuple(item for item in scope.variables if item.kind.finite or item.name in declared)
        return Scope(kept, scope.calls, scope.history, scope.today)

    def test(self, scope: Scope, depth: int) -> str:
        """A test of one variable, decision or step."""
        if scope.history and self.vocabulary.steps and self.profile.has("history") and self.chance(0.3):
            return self.occurrence(scope)
        if scope.calls and self.chance(0.3):
            call = self.random.choice(scope.calls)
            return self.about(self.call(scope, call), call.kind, scope, depth)
        if not scope.variables:
            return self.random.choice(["yes", "no"])
        variable = self.random.choice(scope.variables)
        return self.about(variable.name, variable.kind, scope, depth)

    def about(self, text: str, kind: Kind, scope: Scope, depth: int) -> str:
        """A test of something of a kind."""
        match kind.name:
            case "yes/no":
                return self.random.choice([text, text, f"(not {text})", f"({text} is no)"])
            case "enum":
                return self._about_enum(text, kind, scope)
            case "int" | "money" | "decimal":
                return self._about_number(text, kind, scope, depth)
            case "date":
                return self._about_date(text, scope)
            case "entity":
                others = [item.name for item in scope.variables if item.kind.like(kind)] or [text]
                return f"({text} {self.random.choice(['is', 'is not'])} {self.random.choice(others)})"
            case "option":
                return self._about_option(text, kind, scope, depth)
            case "set":
                member = self.random.choice(kind.members)
                tests = [f"({member} is in {text})", f"({member} is not in {text})", f"({text} is {{}})"]
                return self.random.choice([*tests, f"(size of {text} > 1)" if text.isidentifier() else tests[0]])
            case "list":
                return self._about_list(text, kind, scope, depth)

    def _about_enum(self, text: str, kind: Kind, scope: Scope) -> str:
        member, other = self.random.choice(kind.members), self.random.choice(kind.members)
        same = [item.name for item in scope.variables if item.kind.like(kind) and item.name != text]
        forms = [f"({text} is {member})", f"({text} is {member})", f"({text} is not {member})"]
        forms.append(f"({text} is in {{{member}, {other}}})")
        forms.append(f"({text} {self.random.choice(['<', '<=', '>', '>='])} {member})")
        forms += [f"({text} is {self.random.choice(same)})"] if same else []
        return self.random.choice(forms)

    def _about_number(self, text: str, kind: Kind, scope: Scope, depth: int) -> str:
        operator = self.random.choice(["<", "<=", ">", ">=", "=", "is not"])
        if kind.name == "int" and self.chance(0.2):
            low, high = sorted((self.constant(kind), self.constant(kind)))
            return f"({text} is between {low} to {high})"
        return f"({text} {operator} {self.number(scope, kind, depth - 1)})"

    def _about_date(self, text: str, scope: Scope) -> str:
        if self.chance(0.1):
            return f"(weekday of {text} is {self.random.choice(['mon', 'wed', 'sun'])})"
        operator = self.random.choice(["<", "<=", ">", ">=", "is", "is not"])
        return f"({text} {operator} {self.date(scope, 1)})"

    def _about_option(self, text: str, kind: Kind, scope: Scope, depth: int) -> str:
        assert kind.inner is not None
        if self.chance(0.4):
            return f"({text} {self.random.choice(['is none', 'is not none'])})"
        test = self.about(text, kind.inner, scope, depth)
        return test if self.profile.errors and self.chance(0.5) else f"({text} is not none and {test})"

    def _about_list(self, text: str, kind: Kind, scope: Scope, depth: int) -> str:
        assert kind.inner is not None
        name, field = self.random.choice(kind.inner.fields)
        inner = self.about(f"item.{name}", field, scope, 0)
        numbers = [name for name, field in kind.inner.fields if field.name == "int"]
        forms = [f"({word} item in {text} has {inner})" for word in ("some", "every")]
        forms += [f"(number of item in {text} with {inner} > {self.random.randint(0, 1)})", f"(size of {text} > 1)"]
        forms += [f"(total of item.{number} for item in {text} > {self.random.randint(0, 4)})" for number in numbers]
        return self.random.choice(forms) if depth >= 0 else forms[0]

    # ------------------------------------------------------------ history

    def occurrence(self, scope: Scope) -> str:
        step = self.random.choice(self.vocabulary.steps)
        act = self.act(scope, step)
        within = f"happened within {self.duration()}"
        forms = [f"({act} has happened)", f"({act} has happened)", f"({act} has never happened)", f"({act} {within})"]
        if not self.profile.finite:
            forms.append(f"(count of {act} {self.random.choice(['<', '>=', '='])} {self.random.randint(1, 2)})")
            if self.profile.has("dates"):
                which = self.random.choice(["date of", "first date of"])
                guard = "" if self.profile.errors and self.chance(0.5) else f"{act} has happened and "
                forms.append(f"({guard}{which} {act} {self.random.choice(['<', '>='])} {self.date(scope, 1)})")
        return self.random.choice(forms)

    def act(self, scope: Scope, step: Callee) -> str:
        """A step, bare or with arguments that are constants or variables."""
        if not step.params or self.chance(0.4):
            return step.name
        return f"{step.name}({', '.join(self._of_act(scope, param.kind) for param in step.params)})"

    def _of_act(self, scope: Scope, kind: Kind) -> str:
        """What history can follow: of an infinite type only what never changes."""
        changing = {item.name for item in self.vocabulary.statuses if not item.kind.finite}
        fixed = tuple(item for item in scope.variables if item.name not in changing)
        if kind.name in ("int", "money") and not kind.finite and self.chance(0.2):
            return self._either(Scope(self._settled(fixed), today=False), kind)
        return self.atom(Scope(fixed, today=False), kind)

    def _settled(self, variables: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
        statuses = {item.name for item in self.vocabulary.statuses}
        return tuple(item for item in variables if item.name not in statuses)

    def _either(self, scope: Scope, kind: Kind) -> str:
        """One of two amounts, by a comparison."""
        one, other = self.atom(scope, kind), self.atom(scope, kind)
        return f"(if {one} {self.random.choice(['<', '>='])} {self.constant(kind)} then {one} else {other})"

    def duration(self) -> str:
        if self.profile.has("dates") and not self.profile.finite and self.chance(0.3):
            return f"{self.random.randint(1, 2)} months {self.random.choice(ROUNDINGS)}"
        return f"{self.random.randint(0, 2 if self.profile.finite else 40)} days"

    # ------------------------------------------------------------ values

    def value(self, scope: Scope, kind: Kind, depth: int) -> str:
        """A value of a kind; within its declared range, unless errors are wanted."""
        if depth > 0 and self.chance(0.15):
            one, two = self.value(scope, kind, depth - 1), self.value(scope, kind, depth - 1)
            return f"(if {self.boolean(scope, depth - 1)} then {one} else {two})"
        match kind.name:
            case "yes/no":
                return self.random.choice(["yes", "no", self.boolean(scope, depth)])
            case "int" | "money" | "decimal":
                return self._ranged(scope, kind, depth)
            case "date":
                return self.date(scope, depth)
            case "set":
                return self._set(scope, kind)
            case "option":
                assert kind.inner is not None
                if kind.inner.name == "entity" and not self._named(scope, kind.inner):
                    return "none"
                return self.random.choice(["none", self.value(scope, kind.inner, depth)])
            case "enum" | "entity" | "list":
                return self.atom(scope, kind)

    def _ranged(self, scope: Scope, kind: Kind, depth: int) -> str:
        if self.profile.errors and self._named(scope, kind) and self.chance(0.7):
            return self.number(scope, kind, 1)
        number = self.number(scope, kind, depth)
        if kind.high is None:
            return number
        return f"(greater of ({kind.low}, lesser of ({kind.high}, {number})))"

    def _set(self, scope: Scope, kind: Kind) -> str:
        member = self.random.choice(kind.members)
        base = self.random.choice([*self._named(scope, kind), "{}"]) if self._named(scope, kind) else None
        if base is None or base == "{}":
            return self.random.choice(["{}", f"{{{member}}}"])
        return self.random.choice([f"({base} with {member})", f"({base} without {member})"])

    def _named(self, scope: Scope, kind: Kind) -> list[str]:
        return [item.name for item in scope.variables if item.kind.like(kind)]

    def atom(self, scope: Scope, kind: Kind) -> str:
        """A constant or a variable."""
        names = self._named(scope, kind)
        if names and (kind.name in ("entity", "list") or self.chance(0.4)):
            return self.random.choice(names)
        match kind.name:
            case "enum":
                return self.random.choice(kind.members)
            case "yes/no":
                return self.random.choice(["yes", "no"])
            case "date":
                return "today" if scope.today and self.chance(0.5) else self.random.choice(DATES)
            case "set":
                return f"{{{self.random.choice(kind.members)}}}"
            case "option":
                return "none"
            case _:
                return self.constant(kind)

    def constant(self, kind: Kind) -> str:
        """A constant number, within the kind's range."""
        low, high = (kind.low, kind.high) if kind.low is not None and kind.high is not None else (0, 4)
        number = self.random.randint(low, high)
        if kind.name == "money":
            return f"${number * 5}.{self.random.choice(['00', '50', '01'])}"
        return f"{number}.{self.random.choice(['0', '25', '5'])}" if kind.name == "decimal" else str(number)

    def number(self, scope: Scope, kind: Kind, depth: int) -> str:
        """A number of a kind, of any size."""
        names = self._named(scope, kind)
        if not names:
            return self.constant(kind)
        name = self.random.choice(names)
        if depth <= 0 or self.chance(0.4):
            return self.random.choice([name, self.constant(kind)])
        other = self.number(scope, kind, depth - 1)
        forms = [f"({name} + {self.constant(kind)})", f"({name} - {other})", f"(lesser of ({name}, {other}))"]
        forms.append(f"({name} * 2)" if kind.name != "money" else f"({name} * 0.5)")
        forms.append(f"({name} / 4)" if kind.name == "decimal" else f"(greater of ({name}, {other}))")
        return self.random.choice(forms)

    def date(self, scope: Scope, depth: int) -> str:
        names = self._named(scope, DATE) + (["today"] if scope.today else [])
        base = self.random.choice([*names, *names, self.random.choice(DATES)])
        if depth <= 0 or self.chance(0.4):
            return base
        months = f"{self.random.randint(1, 13)} months {self.random.choice(ROUNDINGS)}"
        days = f"{self.random.randint(1, 40)} days"
        return f"({base} {self.random.choice('+-')} {self.random.choice([days, days, months])})"

    def call(self, scope: Scope, target: Callee) -> str:
        """A use of a decision or definition."""
        if not target.params:
            return target.name
        return f"{target.name}({', '.join(self._ranged_argument(scope, param) for param in target.params)})"

    def _ranged_argument(self, scope: Scope, param: Symbol) -> str:
        if param.kind.name == "int" and param.kind.high is not None:
            return self._ranged(scope, param.kind, 0)
        return self.atom(scope, param.kind) if param.kind not in (INT, YES_NO) else self.value(scope, param.kind, 0)
