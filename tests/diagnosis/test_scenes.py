"""Each demo scene is found to have the fault it shows, and nothing else."""

import pytest
from livemel.diagnosis import diagnose
from livemel.sources.scenes import SCENES, Scene

SECONDS = 12
FAULTS = {
    "hum50": {"hum"},
    "hum60": {"hum"},
    "clipping": {"clipping"},
    "dropouts": {"dropout"},
    "silence": {"low-level"},
    "clicks": {"discontinuity"},
}


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_has_the_fault_it_shows_and_no_other(name: str) -> None:
    report = diagnose(Scene(name, sr=48_000).read(SECONDS * 48_000), 48_000)
    found = {finding.code: finding.text for finding in report.findings}
    assert set(found) == FAULTS.get(name, set()), found
    assert (report.verdict == "ok") == (name not in FAULTS)
