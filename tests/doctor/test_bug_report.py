"""What is copied for a bug report, and what is not."""

import json

from livemel.doctor.bug_report import as_report, run_figures
from livemel.doctor.check import Check, State
from livemel.doctor.examine import Examination

STATS = {
    "samples": 480,
    "source": "secret.wav",
    "latency": {"median": 12.5},
    "clock_drift_ppm": {"ppm": 3.0, "error": 0.1},
    "paint_rate": {"full": 60.0, "lowest": 10.0, "now": 30.0},
    "recorded": {"file": "/home/me/secret.wav", "earlier": [{"file": "secret"}]},
    "gaps": [{"start_s": float(n), "length_s": 0.5, "cause": "stall"} for n in range(9)],
    "something_new": "secret",
}


def test_it_holds_the_checks_the_run_and_the_log_and_no_names() -> None:
    checks = [Check("Sound", "PortAudio", State.OK, "19.6")]
    figures = run_figures(STATS, "a sound file")
    text = as_report(Examination(checks, {}, {}, 0.1), figures, ["one line", "another"])
    assert "  ok     PortAudio       19.6\n" in text
    assert '  source: "a sound file"\n  samples: 480\n' in text
    assert "  gaps: 9\n" in text
    for name in ("latency", "clock_drift_ppm", "paint_rate"):
        assert f"  {name}: {json.dumps(STATS[name])}\n" in text
    assert '"start_s": 8.0' in text
    assert '"start_s": 3.0' not in text
    assert text.endswith("Log, the last lines\n  one line\n  another\n")
    assert "secret" not in text
