"""`axflow audit`: questioning what happened. Nothing here writes into the database; each command has a module."""

from __future__ import annotations

from axflow.cli import audit_as_of, audit_export, audit_find_file, audit_findings, audit_performance, audit_verify
from axflow.cli.commands import command, group

app = group("Question what happened: verify, look back, find what does not hold.")
command(app, "verify")(audit_verify.verify)
command(app, "as-of")(audit_as_of.as_of)
command(app, "find-file")(audit_find_file.find_file)
command(app, "findings")(audit_findings.findings)
command(app, "triage")(audit_findings.triage)
command(app, "sample")(audit_findings.sample)
command(app, "export")(audit_export.export)
command(app, "performance")(audit_performance.performance)
