"""What holds for every definition and every sequence of commands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from axflow.guards.verdict import Verdict
from axflow.kernel import command as commands
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import replay
from axflow.kernel.moves import left_out
from axflow.kernel.program import program_of
from axflow.kernel.prospects import prospects
from tests.kernel.deeds import CALENDARS, Deed, asked_for, command, deeds, done, tally, truth
from tests.kernel.generated import Generated, definitions
from tests.kernel.play import Play, codes, who

RUNS = settings(max_examples=100, deadline=None)  # a machine that is busy is no counterexample


def begun(generated: Generated) -> Play:
    """A project of a generated definition."""
    return Play(generated.definition).open(attributes=generated.attributes)


def run(generated: Generated, deeds_: list[Deed]) -> tuple[Play, list[Decision]]:
    """Open a project and do one thing after another; every step is checked by the harness."""
    play = begun(generated)
    decisions = [decision for deed in deeds_ if (decision := done(generated, play, deed)) is not None]
    decisions.append(play.tick())
    return play, decisions


def told(play: Play) -> None:
    """What a counterexample shows: the journal; the definition is printed as YAML."""
    for entry in play.entries:
        note(f"{entry.seq:3} {entry.recorded_at[:16]} {entry.kind} {entry.name} {entry.outcome} {entry.after} "
             f"{' '.join(entry.blockers)} {' '.join(entry.flags)}")  # fmt: skip


def test_replay_gives_the_project_and_a_refusal_changes_nothing_in_every_kind_of_run() -> None:
    counter: Counter[str] = Counter()

    @settings(max_examples=250, derandomize=True, deadline=None)  # the shares must not depend on luck
    @given(definitions(), deeds())
    def check(generated: Generated, what: list[Deed]) -> None:
        play, _ = run(generated, what)  # the harness replays and compares at each step
        told(play)
        assert [e.seq for e in play.entries] == list(range(1, len(play.entries) + 1))
        assert play.state.version == sum(e.outcome != "refused" for e in play.entries)
        tally(counter, generated, play)

    check()
    runs = counter["runs"]
    for name, share in {
        "quorum": 0.4, "tracks": 0.3, "spanning": 0.15, "handoffs": 0.2, "deadlines": 0.3, "after": 0.15, "join": 0.1,
        "appeals": 0.3, "rounds": 0.25, "variants": 0.25, "versions": 0.3,
        "moved by time": 0.04, "automatic": 0.1, "accepted": 0.02, "held": 0.2, "paused": 0.05, "waived": 0.02,
        "refused": 0.3, "ended": 0.1, "lost": 0.02,
        "appealed": 0.03, "upheld": 0.01, "undecided": 0.004, "round closed": 0.004, "variant": 0.01, "migrated": 0.05,
        "migration refused": 0.004, "reckoned anew": 0.01,
    }.items():  # fmt: skip
        assert counter[name] >= share * runs, f"{name}: {counter[name]} of {runs}; {counter}"


@RUNS
@given(definitions(), deeds())
def test_no_guard_that_is_false_or_unknown_is_passed_without_a_waiver_in_force(
    generated: Generated, what: list[Deed]
) -> None:
    play, _ = run(generated, what)
    told(play)
    values = play.values()
    for entry in play.entries:
        if entry.outcome != "moved" or entry.transition is None:
            continue
        before = replay(play.entries[: entry.seq - 1])
        verdicts = dict(entry.verdicts)
        at = str(entry.occurred["end"])
        assert set(verdicts) == asked_for(play, entry)
        for guard, verdict in verdicts.items():
            assert verdict == truth(values, before, play.versions[entry.rules_digest], guard, at), (entry.seq, guard)
            if verdict != "TRUE":
                assert guard in entry.waivers and before.waivers[guard].until > at
                assert before.waivers[guard].by != before.waivers[guard].confirmed_by
            else:
                assert guard not in entry.waivers


@RUNS
@given(definitions(), deeds())
def test_decide_is_deterministic(generated: Generated, what: list[Deed]) -> None:
    play = begun(generated)
    told(play)
    for deed in what:
        if deed[0] == "calendar":
            play.in_force(CALENDARS[deed[1] % len(CALENDARS)])
        if deed[0] == "wait":
            play.wait(deed[1] / 5)
        elif (asked := command(generated, play, deed)) is not None:
            facts = play.facts(asked)
            # Again, and by a program that remembers nothing of this project.
            for definition in (play.definition, play.definition.model_copy()):
                one, two = (decide(d, play.project, asked, facts) for d in (play.definition, definition))
                assert (one.outcome, one.project, one.blockers, one.entries, one.messages, one.flags) == (
                    two.outcome, two.project, two.blockers, two.entries, two.messages, two.flags
                )  # fmt: skip
                assert [_told(v.tree) for v in one.verdicts] == [_told(v.tree) for v in two.verdicts]
            play.do(asked)


def _told(tree: Verdict) -> Any:
    return tree.node.text, tree.result, tree.reads, [_told(child) for child in tree.children]


def _timeless(entry: Entry) -> dict[str, Any]:
    return {**entry.structure(), "recorded_at": None, "occurred": entry.occurred, "content": dict(entry.content)}


@RUNS
@given(definitions(), deeds(), st.integers(1, 5))
def test_the_outcome_does_not_depend_on_when_anyone_ticked(generated: Generated, what: list[Deed], parts: int) -> None:
    rare, often = begun(generated), begun(generated)
    for deed in what:
        if deed[0] == "wait":
            rare.wait(deed[1] / 5)
            for _ in range(parts):
                often.wait(deed[1] / 5 / parts)
                often.now = min(often.now, rare.now)
                often.tick()
            often.now = rare.now
            continue
        if deed[0] == "calendar":
            rare.in_force(CALENDARS[deed[1] % len(CALENDARS)]), often.in_force(CALENDARS[deed[1] % len(CALENDARS)])
        # What is asked may depend on the project as people see it, so both ask for what the one that ticked sees.
        asked = command(generated, often, deed)
        if asked is not None:
            assert rare.do(asked).outcome == often.do(asked).outcome
    rare.tick(), often.tick()
    told(rare)
    assert rare.state._replace(recorded_at="") == often.state._replace(recorded_at="")
    assert [_timeless(e) for e in rare.entries] == [_timeless(e) for e in often.entries]


@RUNS
@given(definitions(), deeds())
def test_the_outcome_does_not_depend_on_the_order_of_guards(generated: Generated, what: list[Deed]) -> None:
    play, decisions = run(generated, what)
    told(play)
    other, others = run(generated.turned_round(), what)
    assert [d.outcome for d in decisions] == [d.outcome for d in others]
    assert [sorted(codes(d)) for d in decisions] == [sorted(codes(d)) for d in others]
    for name in ("stage", "end", "tracks", "version", "seq", "visits", "fired", "evidence", "timers", "holds",
                 "obligations", "waivers", "acts", "breaches", "appeals", "calendar"):  # fmt: skip
        assert getattr(play.state, name) == getattr(other.state, name), name
    assert {k: s.lost for k, s in play.state.support.items()} == {k: s.lost for k, s in other.state.support.items()}


@RUNS
@given(definitions(), deeds())
def test_ends_accept_only_what_the_definition_allows(generated: Generated, what: list[Deed]) -> None:
    play, _ = run(
        generated, [*what, ("send", 0, 0), ("record", 0, 0), ("wait", 23, 0), ("wait", 23, 0), ("hold", 0, 0)]
    )
    told(play)
    assume(any(e.after["stage"] in play.definition.ends for e in play.entries))
    for entry in play.entries:
        end, rules = entry.before.get("stage"), play.versions[entry.rules_digest]
        if end not in rules.ends or entry.outcome == "refused":
            continue
        assert "tracks" not in entry.before
        if entry.transition is not None:
            assert end in program_of(rules).by_id[entry.transition].sources
        elif entry.outcome == "moved":
            appealed = entry.name == "objection.uphold" or entry.cause == "timer:appeal:objection"
            assert entry.kind == "migrate" or appealed, "only an appeal and another version lead away from an end"
        if entry.kind == "record":
            assert entry.name in rules.ends[str(end)].accepts
        if entry.kind == "hold":
            assert end in rules.holds[entry.name].in_
    for hold in play.state.holds if play.state.end else ():
        assert play.state.end in play.definition.holds[hold].in_, "a hold stands at an end that it is not declared for"


@RUNS
@given(definitions(), deeds())
def test_tracks_timers_and_rest_fit_the_configuration_at_every_step(generated: Generated, what: list[Deed]) -> None:
    play = begun(generated)
    for deed in (*what, ("wait", 9, 0)):
        done(generated, play, deed)
        if deed[0] in ("wait", "calendar"):
            play.tick()
        state, program = play.state, program_of(play.definition)
        told(play)
        without = set(left_out(play.definition, play.attributes()))
        assert set(state.tracks) == set(program.tracks_of.get(state.stage, ())) - without
        stopped = {clock for hold in state.holds for clock in play.definition.holds[hold].stops}
        for timer in state.timers.values():
            if not timer.elapsed:
                assert (timer.due is None) == (timer.clock in stopped), timer
                assert timer.due is None or timer.due > state.recorded_at, f"{timer} was forgotten"
        grounds = {
            "obligation": state.obligations,
            "appeal": {name for name, appeal in state.appeals.items() if appeal.open},
            "waiver": state.waivers,
            "handoff": {name for name in play.definition.handoffs if state.stage == f"{name}.offered"},
            **dict.fromkeys(("hold_limit", "hold_review", "hold_total"), state.holds),
        }
        for kind, name in (timer.split(":") for timer in state.timers):
            assert name in grounds.get(kind, (name,)), f"{kind}:{name} limits what is not there"
        facts = play.facts(commands.Tick(actor=who("clerk")))
        for way in prospects(play.definition, state, facts):
            waits = way.kind == "timed" and not state.timers[f"after:{way.name}"].elapsed
            assert way.kind in ("event", "record") or waits or not way.ready, f"{way.name} could have happened"


@RUNS
@given(definitions(), deeds())
def test_what_is_shown_as_ready_succeeds_and_what_is_not_is_refused_for_those_reasons(
    generated: Generated, what: list[Deed]
) -> None:
    play, _ = run(generated, what)
    told(play)
    for way in prospects(play.definition, play.state, play.facts(commands.Tick(actor=who("clerk")))):
        if way.kind == "event":
            code = "poor" if way.name.endswith(".return") else None
            asked = commands.Send(event=way.name, actor=who(f"{way.roles[0]}:nobody_yet"), code=code)
            decision = play.ask(asked)
            assert decision.allowed == way.ready
            assert sorted(codes(decision)) == sorted({b.code for b in way.blockers})
