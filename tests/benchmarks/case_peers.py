"""The comparison case in the languages of other tools, written from ``case_model`` as a user of each would write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from case_model import FACTS, LEMMAS, MOST_CHILDREN, PROMISES, STATUSES, VARIANTS, YES_NO, Event, events, literals

Literal = tuple[bool, str, str]


def _number(name: str, value: str) -> int:
    return STATUSES[name].index(value)


def _clauses(clauses: Sequence[str], literal: Callable[[Literal], str], both: str, either: str) -> str:
    """Clauses in infix notation."""
    return both.join("(" + either.join(map(literal, literals(clause))) + ")" for clause in clauses)


# ---------------------------------------------------------------- constrained Horn clauses, for Z3 Spacer


def horn(variant: str, promises: Sequence[str] = tuple(PROMISES)) -> str:
    """SMT-LIB: ``unsat`` where a promise is broken, ``sat`` where all hold."""
    names = [*FACTS, "children", *STATUSES]
    sorts = ["Int" if name == "children" or len(STATUSES.get(name, YES_NO)) > 2 else "Bool" for name in names]
    quantified = " ".join(f"({name} {sort})" for name, sort in zip(names, sorts, strict=True))

    def rule(body: str, head: str) -> str:
        return f"(assert (forall ({quantified}) (=> {body} {head})))"

    def literal(item: Literal) -> str:
        positive, name, value = item
        if value == ">0":
            text = "(> children 0)"
        elif len(STATUSES.get(name, YES_NO)) == 2:
            text = name
        else:
            text = f"(= {name} {_number(name, value)})"
        return text if positive else f"(not {text})"

    def both(clauses: Sequence[str]) -> str:
        return " ".join("(or " + " ".join(map(literal, literals(clause))) + ")" for clause in clauses)

    now = f"(Inv {' '.join(names)})"
    start = " ".join(literal((False, name, values[1])) for name, values in STATUSES.items() if len(values) == 2)
    start += "".join(f" (= {name} 0)" for name, values in STATUSES.items() if len(values) > 2)
    lines = ["(set-logic HORN)", f"(declare-fun Inv ({' '.join(sorts)}) Bool)"]
    lines.append(rule(f"(and (<= 0 children {MOST_CHILDREN}) {start})", now))
    for event in events(variant):
        after = [_horn_value(event, name) for name in names]
        lines.append(rule(f"(and {now} {both(event.guard)})", f"(Inv {' '.join(after)})"))
    lines += [rule(f"(and {now} (not (and {both(PROMISES[name])})))", "false") for name in promises]
    return "\n".join([*lines, "(check-sat)"]) + "\n"


def _horn_value(event: Event, name: str) -> str:
    value = event.effects.get(name)
    if value is None:
        return name
    return "true" if value == "yes" else str(_number(name, value))


# ---------------------------------------------------------------- answer sets, for clingo


def answer_sets(variant: str) -> str:
    """A bounded search, one more step at a time, until a promise is broken."""

    def literal(item: Literal, time: str) -> str:
        positive, name, value = item
        fluent = name if name in FACTS else "parent" if name == "children" else f"s({name},{value},{time})"
        return fluent if positive else f"not {fluent}"

    lines = ["#program base."]
    lines += [f"{{{name}}}." for name in FACTS]
    lines += [f"1{{children(0..{MOST_CHILDREN})}}1.", "parent :- children(N), N>0."]
    lines += [f"s({name},{values[0]},0)." for name, values in STATUSES.items()]
    lines += [f"event({event.name})." for event in events(variant)]
    lines += ["#program step(t).", "1{do(E,t):event(E)}1."]
    for event in events(variant):
        for number, clause in enumerate(event.guard):
            lines += [f"may({event.name},{number},t) :- {literal(item, 't-1')}." for item in literals(clause)]
            lines.append(f":- do({event.name},t), not may({event.name},{number},t).")
        for name, value in event.effects.items():
            lines += [f"s({name},{value},t) :- do({event.name},t).", f"changed({name},t) :- do({event.name},t)."]
    lines += ["s(V,C,t) :- s(V,C,t-1), not changed(V,t).", "#program check(t).", "#external query(t)."]
    for clauses in PROMISES.values():
        for clause in clauses:
            against = [literal((not positive, name, value), "t") for positive, name, value in literals(clause)]
            lines.append(f"broken(t) :- {', '.join(against)}.")
    return "\n".join([*lines, ":- query(t), not broken(t).", "#show do/2."]) + "\n"


# ---------------------------------------------------------------- first-order logic, for IDP-Z3


def one_step(variant: str) -> str:
    """FO(.): promises and lemmas hold at the start and are kept by one step (two model checks, both to fail)."""
    kept = [clause for clauses in (*PROMISES.values(), LEMMAS) for clause in clauses]
    start = " & ".join(_idp_literal((True, name, values[0]), "0") for name, values in STATUSES.items())
    now = _clauses(kept, lambda item: _idp_literal(item, "0"), " & ", " | ")
    then = _clauses(kept, lambda item: _idp_literal(item, "1"), " & ", " | ")
    return (
        f"{_vocabulary(variant, 1)}theory T:V {{\n{_transitions(variant, 1)}  {now}.\n  ~({then}).\n}}\n"
        f"theory I:V {{\n  {start}.\n  ~({now}).\n}}\n"
        "procedure main() {\n  pretty_print(model_check(T))\n  pretty_print(model_check(I))\n}\n"
    )


def bounded(variant: str) -> str:
    """FO(.): a run of the length that is known already, for a broken variant."""
    expected = VARIANTS[variant]
    assert expected is not None
    promise, length = expected
    start = " & ".join(_idp_literal((True, name, values[0]), "0") for name, values in STATUSES.items())
    end = _clauses(PROMISES[promise], lambda item: _idp_literal(item, str(length)), " & ", " | ")
    return (
        f"{_vocabulary(variant, length)}theory T:V {{\n{_transitions(variant, length)}  {start}.\n  ~({end}).\n}}\n"
        "procedure main() {\n  pretty_print(model_expand(T,max=1))\n}\n"
    )


def _idp_literal(item: Literal, time: str) -> str:
    positive, name, value = item
    if value == ">0":
        text = "children() > 0"
    elif name in FACTS:
        text = f"{name}()"
    elif len(STATUSES[name]) == 2:
        return f"{name}({time})" if positive is (value == "yes") else f"~{name}({time})"
    else:
        text = f"{name}({time}) = {name}_{value}"
    return text if positive else f"~({text})"


def _vocabulary(variant: str, length: int) -> str:
    wide = {name: values for name, values in STATUSES.items() if len(values) > 2}
    lines = [f"  type Time := {{0..{length}}}", f"  type Number := {{0..{MOST_CHILDREN}}}"]
    lines += [f"  type T_{name} := {{{', '.join(f'{name}_{v}' for v in values)}}}" for name, values in wide.items()]
    lines += [f"  {name}: () -> Bool" for name in FACTS] + ["  children: () -> Number"]
    lines += [f"  {name}: Time -> {f'T_{name}' if name in wide else 'Bool'}" for name in STATUSES]
    lines.append(f"  type Event := {{{', '.join(f'e_{event.name}' for event in events(variant))}}}")
    return "\n".join(["vocabulary V {", *lines, "  do: Time -> Event", "}"]) + "\n"


def _transitions(variant: str, length: int) -> str:
    options = []
    for event in events(variant):
        guard = _clauses(event.guard, lambda item: _idp_literal(item, "t"), " & ", " | ")
        after = []
        for name, values in STATUSES.items():
            if name in event.effects:
                after.append(_idp_literal((True, name, event.effects[name]), "t+1"))
            else:
                after.append(f"({name}(t+1) {'<=>' if len(values) == 2 else '='} {name}(t))")
        options.append(f"(do(t) = e_{event.name} & {guard} & {' & '.join(after)})")
    joined = " |\n    ".join(options)
    return f"  !t in Time: t < {length} => (\n    {joined}).\n"


# ---------------------------------------------------------------- a circuit, for ABC


def circuit(variant: str, promises: Sequence[str] = tuple(PROMISES)) -> str:
    """BLIF: the first clock cycle reads the facts (the number of children as one bit), each later one is an event."""
    known = events(variant)
    facts = [*FACTS, "children"]
    bits = {name: [f"{name}.{place}" for place in range(len(values) - 1)] for name, values in STATUSES.items()}
    lines = [".model case", f".inputs {' '.join(f'pick{i}' for i in range(4))} {' '.join(f'in.{f}' for f in facts)}"]
    lines += [f".outputs {' '.join(f'bad.{name}' for name in promises)}", ".latch one started 0"]
    lines += [".names one", "1"]
    for name in facts:
        lines += [f".latch next.{name} {name} 0", f".names started in.{name} {name} next.{name}", "01- 1", "1-1 1"]
    for name, values in STATUSES.items():
        for place, bit in enumerate(bits[name]):
            setting = [event for event in known if name in event.effects]
            ons = [f"fire.{e.name}" for e in setting if values.index(e.effects[name]) == place + 1]
            fires = [f"fire.{event.name}" for event in setting]
            lines += [f".latch next.{bit} {bit} 0", f".names {' '.join([*fires, bit])} next.{bit}"]
            lines.append("0" * len(fires) + "1 1")
            lines += ["".join("1" if fire == on else "-" for fire in fires) + "- 1" for on in ons]
    for number, event in enumerate(known):
        wires = [_wire(lines, clause, bits, f"{event.name}.{place}") for place, clause in enumerate(event.guard)]
        picks = " ".join(f"pick{i}" for i in range(4))
        lines.append(f".names started {picks} {' '.join(wires)} fire.{event.name}")
        lines.append("1" + "".join(str(number >> i & 1) for i in range(4)) + "1" * len(wires) + " 1")
    for name in promises:
        wires = [_wire(lines, clause, bits, f"{name}.{place}") for place, clause in enumerate(PROMISES[name])]
        lines.append(f".names {' '.join(wires)} bad.{name}")
        lines += ["-" * place + "0" + "-" * (len(wires) - place - 1) + " 1" for place in range(len(wires))]
    return "\n".join([*lines, ".end"]) + "\n"


def _wire(lines: list[str], clause: str, bits: dict[str, list[str]], name: str) -> str:
    """A clause as a signal; a value other than the first of its status has a bit of its own."""
    inputs, rows = list[str](), list[dict[str, str]]()
    for positive, owner, value in literals(clause):
        own = bits.get(owner, [owner])
        inputs += own
        place = _number(owner, value) if owner in bits else 1
        if place:
            rows.append({own[place - 1]: "1" if positive else "0"})
        elif positive:
            rows.append(dict.fromkeys(own, "0"))
        else:
            rows += [{bit: "1"} for bit in own]
    inputs = list(dict.fromkeys(inputs))
    lines.append(f".names {' '.join(inputs)} clause.{name}")
    lines += ["".join(row.get(bit, "-") for bit in inputs) + " 1" for row in rows]
    return f"clause.{name}"


# ---------------------------------------------------------------- processes, for Spin


def processes(variant: str) -> str:
    """Promela: one process that picks an event, and asserts every promise after it."""

    def literal(item: Literal) -> str:
        positive, name, value = item
        test = "children>0" if value == ">0" else f"{name}=={_number(name, value) if name in STATUSES else 1}"
        return test if positive else f"!({test})"

    every = [clause for clauses in PROMISES.values() for clause in clauses]
    check = f"assert({_clauses(every, literal, ' && ', ' || ')})"
    lines = [f"bool {name};" for name in FACTS] + [f"byte {name};" for name in ("children", *STATUSES)]
    lines += ["active proctype P() {", "atomic {"]
    lines += [f"  if :: {name}=0 :: {name}=1 fi;" for name in FACTS]
    lines += [f"  select(children : 0 .. {MOST_CHILDREN});", "}", "end: do"]
    for event in events(variant):
        effects = "; ".join(f"{name}={_number(name, value)}" for name, value in event.effects.items())
        lines.append(f"  :: atomic {{ {_clauses(event.guard, literal, ' && ', ' || ')} -> {effects}; {check} }}")
    return "\n".join([*lines, "od }"]) + "\n"
