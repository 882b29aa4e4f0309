"""What people hand in on the way of a sound project: default values for every paper of the AX pathway."""

from __future__ import annotations

from typing import Any

CRITERIA = [
    {
        "metric": metric,
        "threshold": threshold,
        "direction": direction,
        "samples": 30,
        "method": "counted",
        "evaluator": "dtaq",
        "must": must,
    }
    for metric, threshold, direction, must in (
        ("recall", "0.90", "at_least", True),
        ("false_alarms_per_hour", "0.1", "at_most", True),
        ("availability", "0.95", "at_least", True),
        ("latency_p95_ms", "200", "at_most", True),
        ("night_recall", "0.85", "at_least", False),
    )
]
RESULTS = [
    {"metric": metric, "value": value, "samples": 40}
    for metric, value in (
        ("recall", "0.93"),
        ("false_alarms_per_hour", "0.08"),
        ("availability", "0.97"),
        ("latency_p95_ms", "180"),
        ("night_recall", "0.88"),
    )
]

PAPERS: dict[str, dict[str, Any]] = {
    "application": {"proposal_number": "P-{n}", "trl": 5, "funded_elsewhere": False, "requested": 900_000_000},
    "sme_certificate": {"number": "SME-{n}", "expires_on": "2027-12-31"},
    "consortium_agreement": {
        "members": [{"organisation": "vtol_co", "share": "0.7"}, {"organisation": "hangang_university", "share": "0.3"}]
    },
    "conflict_declaration": {"interest": False, "sanctioned_within_three_years": False},
    "score_sheet": {"technology": 82, "dual_use": 75, "plan": 71, "team": 78},
    "panel_minutes": {"members_present": 5, "sat_on": "2026-03-06"},
    "budget_reservation": {"budget_line": "2131-302", "amount": 900_000_000, "usable_until": "2026-12-31"},
    "task_plan": {
        "total": 900_000_000,
        "tasks": [{"article": "3", "task": "Detector", "budget_line": "2131-302", "due_on": "2026-12-01"}],
    },
    "readiness_report": {"claimed_trl": 6},
    "component_list": {
        "components": [{"name": "camera", "supplier": "hanbit_robotics", "country": "KR", "version": "2"}]
    },
    "model_card": {"task": "detection", "metric": "recall"},
    "training_data_record": {"dataset": "coast-2026", "sha256": "ab" * 32},
    "hardware_file": {"drawing_number": "D-1"},
    "readiness_assessment": {"trl": 6, "mrl": 4},
    "dossier": {"items": [{"name": "report", "sha256": "cd" * 32}]},
    "demo_plan": {"criteria": CRITERIA, "site_level": 2, "device_profile": "edge-8w"},
    "acceptance_report": {"passed": True, "delivered_on": "2026-03-20"},
    "trial_data": {"sha256": "{digest}", "performed_until": "2026-03-20", "attempt": 1},
    "trial_report": {
        "report_number": "TR-{n}",
        "attempt": 1,
        "results": RESULTS,
        "critical_incidents": 0,
        "availability": "0.97",
        "operating_hours": 620,
    },
    "clearance": {"number": "C-{n}", "level": 2, "expires_on": "2028-12-31"},
    "release_decision": {"scope": "trial imagery", "downgrade_authority": "mnd", "agreed": True},
    "ethics_opinion": {"acceptable": True, "standard": "AX-ETH-1"},
    "requirement_decision": {"decision_number": "RQ-{n}", "funding_year": 2028, "decided_on": "2026-03-20"},
    "demand_letter": {"letter_number": "L-{n}", "quantity": 8, "budget_line": "6130-301", "budget_year": 2027},
    "interface_report": {"profile": "AX-IF-1.0", "open_critical": 0, "target_system": "traffic control"},
    "high_impact_request": {"use": "patrols of ports"},
    "high_impact_determination": {"high_impact": True},
    "certification_request": {"scheme": "gs", "contract_expected_on": "2027-01-31"},
    "certificate": {"scheme": "gs", "number": "GS-{n}", "expires_on": "2029-06-30"},
    "field_reliability": {"availability": "0.96", "operating_hours": 400},
    "sandbox_application": {"rule": "flight beyond sight"},
    "sandbox_decision": {"granted": True, "expires_on": "2028-06-30"},
    "designation_score": {"publicness": 75, "innovativeness": 72},
    "site_inspection": {"passed": True},
    "designation": {"number": "IP-{n}", "renewal": 0},
    "route_choice": {"route": "negotiated_contract", "justification": "designated product"},
    "purchase_request": {"quantity": 8, "budget_line": "6130-301"},
    "procurement_check": {
        "reserved": 2_000_000_000,
        "budget_reserved": True,
        "debarred": False,
        "protest_window_closed": True,
        "protest_overridden": False,
        "usable_until": "2026-12-31",
    },
    "contract": {"number": "K-{n}", "amount": 1_800_000_000, "signed_on": "2026-06-20"},
    "emergency_order": {"legal_basis": "Framework Act on Disaster Management"},
    "reference_statement": {"used_since": "2026-07", "region": "Gangwon"},
    "repeat_order": {"number": "RO-{n}", "amount": 900_000_000},
    "field_data_pack": {
        "sha256": "ef" * 32,
        "classification_declared": True,
        "touches_locked_baseline": False,
        "unit_cost": 210_000_000,
        "defects": 3,
    },
    "information_request": {"question": "Which radio?"},
    "applicant_response": {"answer": "The one of annex 2."},
    "agency_request": {"agency": "Ministry of Land", "question": "Is the airspace free?"},
    "agency_response": {"answer": "It is."},
    "hearing_minutes": {"firm_heard": True, "held_on": "2026-03-20"},
    "appeal_notice": {"received_by": "yoon.seojin"},
}
VERSION, USE = "1.0", "coastal patrol"
ATTRIBUTES: dict[str, Any] = {
    "technology_class": "hybrid",
    "use_context": "dual_use",
    "technology_baseline": "vtol-recon",
    "product_version": VERSION,
    "intended_use": USE,
    "estimated_price": 1_800_000_000,
    "sandbox_needed": False,
}
