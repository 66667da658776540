"""What was done to the columns on the screen after the logarithm, in words. No Qt."""

from typing import NamedTuple

from livemel.dsp.bank import OF_MEL
from livemel.dsp.frontend import FrontEnd
from livemel.ui.words import mark, translate

_LOGS = {
    "db": "dB",
    "db-amplitude": "dB",
    "ln": "ln",
    "log10": "log10",
    "none": mark("PolicyText", "mel values"),
}
_FINAL = mark("PolicyText", "Columns are final: no sound to come changes them.")
_CHANGES = mark(
    "PolicyText",
    "A longer clip would change every column of the model's input; on the screen a column stays "
    "as it was when it came.",
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
    final = translate("PolicyText", _FINAL)
    if frontend.representation not in OF_MEL:
        samples = translate("PolicyText", "samples")
        raw = samples if frontend.representation == "waveform" else "dB"
        return PolicyText(
            translate("PolicyText", "raw {}, not normalised · columns final").format(raw),
            translate(
                "PolicyText",
                "Columns are {} as computed; what a model does with its mel bands does not touch "
                "this view.",
            ).format(raw)
            + f"\n{final}",
        )
    label, sentences = _shown(frontend, whole_s)
    if policy != "none":
        sentences += "\n" + translate("PolicyText", "The model: {}.").format(policy)
    return PolicyText(label, sentences)


def _shown(fe: FrontEnd, whole_s: float | None) -> tuple[str, str]:
    kind, log, statistic = fe.normalise, translate("PolicyText", _LOGS[fe.log]), _statistic(fe)
    final, changes = translate("PolicyText", _FINAL), translate("PolicyText", _CHANGES)
    if kind in ("running", "instance") and fe.statistic is None:
        kind = "fixed"  # there is nothing to follow: the constants alone
    constants = (fe.mean, fe.std) != (0, 1)
    if not constants and (kind == "fixed" or (kind == "exact" and fe.statistic is None)):
        kind = "none"
    if kind == "running":
        return (
            translate("PolicyText", "normalised: running · as if the sound ended now"),
            translate(
                "PolicyText",
                "Normalised by {} of what was heard up to each column: what the model would have "
                "seen had the sound ended with it.",
            ).format(statistic)
            + f"\n{changes}",
        )
    if kind == "instance":
        length = f"{fe.instance_s:g} s"
        return (
            translate("PolicyText", "normalised: trailing {} · as if a clip ended now").format(
                length
            ),
            translate(
                "PolicyText",
                "Normalised by {} of the {} that end with each column: what the model would have "
                "seen had a clip of that length ended with it.",
            ).format(statistic, length)
            + f"\n{changes}",
        )
    if kind == "exact" and whole_s is not None:
        return (
            translate("PolicyText", "normalised: exact · over these {:.1f} s").format(whole_s),
            translate(
                "PolicyText",
                "Normalised by {} of the {:.1f} s that are kept, as of a clip of just that sound.",
            ).format(statistic, whole_s)
            + f"\n{final}",
        )
    if kind == "exact":
        return (
            translate("PolicyText", "raw {} until frozen · then all change").format(log),
            translate(
                "PolicyText",
                "To be normalised by {} of the whole clip, which live sound does not have yet: "
                "columns are {} as computed.\nOnce the clip is whole every column changes.",
            ).format(statistic, log),
        )
    if kind == "dataset":
        return (
            translate("PolicyText", "normalised: by the data set · columns final"),
            translate("PolicyText", "Normalised by the statistic of a data set, fitted beforehand.")
            + f"\n{final}",
        )
    left_out = ""
    if fe.statistic is not None:
        left_out = " " + translate("PolicyText", "Left out: {} of the clip.").format(statistic)
    if kind == "fixed":
        return (
            translate("PolicyText", "normalised: fixed · columns final"),
            translate("PolicyText", "Normalised by constants: (x {}) / {:.7g}.").format(
                _signed(-fe.mean), fe.std
            )
            + f"{left_out}\n{final}",
        )
    if fe.statistic is None:
        label = translate("PolicyText", "raw {}, not normalised · columns final").format(log)
    else:
        label = translate("PolicyText", "raw {}, not normalised · model: {}")
        label = label.format(log, _short(fe))
    return (
        label,
        translate("PolicyText", "Columns are {} as computed, not normalised.").format(log)
        + f"{left_out}\n{final}",
    )


def _short(fe: FrontEnd) -> str:
    if fe.statistic == "max":
        return translate("PolicyText", "clip maximum − {:g}").format(fe.statistic_range)
    if fe.statistic == "min-max":
        return translate("PolicyText", "clip min and max")
    if fe.statistic == "mean-std":
        return translate("PolicyText", "clip mean and std")
    return translate("PolicyText", "clip mean and var")


def _statistic(fe: FrontEnd) -> str:
    if fe.statistic is None:
        return translate("PolicyText", "constants")
    if fe.statistic == "max":
        return translate("PolicyText", "the maximum less {:g}").format(fe.statistic_range)
    if fe.statistic == "min-max":
        return translate("PolicyText", "the minimum and the maximum")
    if fe.statistic == "mean-var":
        return translate("PolicyText", "each band's mean and variance")
    return translate("PolicyText", "each band's mean and deviation")


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.7g}"
