"""What is wrong with a sound, with numbers and error bars. Samples in, findings out."""

from livemel.diagnosis.diagnosis import Diagnosis, diagnose
from livemel.diagnosis.finding import CODES, Finding, Severity
from livemel.diagnosis.report import Report, Verdict

__all__ = ["CODES", "Diagnosis", "Finding", "Report", "Severity", "Verdict", "diagnose"]
