"""What was done to the columns on the screen after the logarithm, in words. No Qt."""

from typing import NamedTuple

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import OF_MEL

_LOGS = {"db": "dB", "db-amplitude": "dB", "ln": "ln", "log10": "log10", "none": "mel values"}
_FINAL = "Columns are final: no sound to come changes them."
_CHANGES = (
    "A longer clip would change every column of the model's input; on the screen a column stays "
    "as it was when it came."
)


class PolicyText(NamedTuple):
    """label : for one quiet line, the most important first; full : sentences, a line each"""

    label: str
    full: str


def policy_text(
    frontend: FrontEnd, policy: str = "none", whole_s: float | None = None
) -> PolicyText:
    """Which normalisation is on, and which columns may still change.

    policy : what the model itself does, from its row of the table
    whole_s : with "exact", the seconds that it is taken over; None while sound runs
    """
    if frontend.representation not in OF_MEL:
        raw = "samples" if frontend.representation == "waveform" else "dB"
        return PolicyText(
            f"raw {raw}, not normalised · columns final",
            f"Columns are {raw} as computed; what a model does with its mel bands does not touch "
            f"this view.\n{_FINAL}",
        )
    label, sentences = _shown(frontend, whole_s)
    if policy != "none":
        sentences += f"\nThe model: {policy}."
    return PolicyText(label, sentences)


def _shown(fe: FrontEnd, whole_s: float | None) -> tuple[str, str]:
    kind = fe.normalise
    if kind in ("running", "instance") and fe.statistic is None:
        kind = "fixed"  # there is nothing to follow: the constants alone
    constants = (fe.mean, fe.std) != (0, 1)
    if not constants and (kind == "fixed" or (kind == "exact" and fe.statistic is None)):
        kind = "none"
    if kind == "running":
        return (
            "normalised: running · as if the sound ended now",
            f"Normalised by {_statistic(fe)} of what was heard up to each column: what the model "
            f"would have seen had the sound ended with it.\n{_CHANGES}",
        )
    if kind == "instance":
        length = f"{fe.instance_s:g} s"
        return (
            f"normalised: trailing {length} · as if a clip ended now",
            f"Normalised by {_statistic(fe)} of the {length} that end with each column: what the "
            f"model would have seen had a clip of that length ended with it.\n{_CHANGES}",
        )
    if kind == "exact" and whole_s is not None:
        return (
            f"normalised: exact · over these {whole_s:.1f} s",
            f"Normalised by {_statistic(fe)} of the {whole_s:.1f} s that are kept, as of a clip of "
            f"just that sound.\n{_FINAL}",
        )
    if kind == "exact":
        return (
            f"raw {_LOGS[fe.log]} until frozen · then all change",
            f"To be normalised by {_statistic(fe)} of the whole clip, which live sound does not "
            f"have yet: columns are {_LOGS[fe.log]} as computed.\n"
            "Once the clip is whole every column changes.",
        )
    if kind == "dataset":
        return (
            "normalised: by the data set · columns final",
            f"Normalised by the statistic of a data set, fitted beforehand.\n{_FINAL}",
        )
    left_out = "" if fe.statistic is None else f" Left out: {_statistic(fe)} of the clip."
    if kind == "fixed":
        return (
            "normalised: fixed · columns final",
            f"Normalised by constants: (x {_signed(-fe.mean)}) / {fe.std:.7g}.{left_out}\n{_FINAL}",
        )
    log = _LOGS[fe.log]
    model = "columns final" if fe.statistic is None else f"model: {_short(fe)}"
    return (
        f"raw {log}, not normalised · {model}",
        f"Columns are {log} as computed, not normalised.{left_out}\n{_FINAL}",
    )


def _short(fe: FrontEnd) -> str:
    if fe.statistic == "max":
        return f"clip maximum − {fe.statistic_range:g}"
    return {"min-max": "clip min and max", "mean-std": "clip mean and std"}.get(
        str(fe.statistic), "clip mean and var"
    )


def _statistic(fe: FrontEnd) -> str:
    if fe.statistic is None:
        return "constants"
    if fe.statistic == "max":
        return f"the maximum less {fe.statistic_range:g}"
    if fe.statistic == "min-max":
        return "the minimum and the maximum"
    spread = "variance" if fe.statistic == "mean-var" else "deviation"
    return f"each band's mean and {spread}"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.7g}"
