"""The five steps in SpiffWorkflow, its state serialised into SQLite after each. LGPL: run beside axflow, not in it."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.five_steps import EXACTLY, STEPS, missing
from tests.benchmarks.machines import durable_sqlite
from tests.benchmarks.measure import Contender


def bpmn() -> bytes:
    """The process in BPMN 2.0: a start, a manual task for each step, an end."""
    nodes = ["start", *STEPS, "end"]
    tasks = "".join(f'<bpmn:manualTask id="{step}" name="{step}"/>' for step in STEPS)
    flows = "".join(
        f'<bpmn:sequenceFlow id="to_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(nodes)
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="axflow">'
        '<bpmn:process id="five_steps" isExecutable="true">'
        f'<bpmn:startEvent id="start"/>{tasks}<bpmn:endEvent id="end"/>{flows}'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def spiff(folder: Path) -> Contender:
    """Tasks run one by one; the state goes to a row of its process, committed, at the beginning and after each."""
    try:
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.util.task import TaskState
    except ImportError as error:
        raise missing("SpiffWorkflow", error) from error
    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(bpmn()))
    spec = parser.get_spec("five_steps")
    serializer = BpmnWorkflowSerializer()
    connection = durable_sqlite(folder / "spiff.db")
    connection.execute("CREATE TABLE process (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")

    def run(times: int) -> None:
        for _ in range(times // len(STEPS)):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            row = connection.execute(
                "INSERT INTO process (state) VALUES (?)", (serializer.serialize_json(workflow),)
            ).lastrowid
            for step in STEPS:
                (task,) = workflow.get_tasks(state=TaskState.READY)
                if task.task_spec.name != step:
                    raise AssertionError(f"{step} should be ready, not {task.task_spec.name}")
                task.run()
                workflow.do_engine_steps()
                connection.execute(
                    "UPDATE process SET state = ? WHERE id = ?", (serializer.serialize_json(workflow), row)
                )
            if not workflow.completed:
                raise AssertionError("the process should be at its end")

    return Contender("SpiffWorkflow, state saved after each step", run, connection.close, exactly=EXACTLY)
