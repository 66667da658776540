"""What the columns can be shown as, in the order of the keys 1 to 5. No Qt."""

from dataclasses import dataclass

from livemel.dsp.frontend import FrontEnd
from livemel.ui.words import mark, translate


@dataclass(frozen=True, slots=True)
class View:
    """One representation, for a person.

    name : as on the command line; label : in the list; title : of the picture; hint : what it shows
    axis : what its rows are counted in; FS is full scale
    coloured : False where the height, not the colour, tells the value
    """

    name: str
    label: str
    title: str
    hint: str
    axis: str = "Hz"
    coloured: bool = True


VIEWS = (
    View(
        "mel",
        mark("Views", "Mel"),
        mark("Views", "Log-mel spectrogram"),
        mark("Views", "The mel bands that a model is given"),
    ),
    View(
        "linear",
        mark("Views", "Linear"),
        mark("Views", "Linear spectrogram"),
        mark("Views", "Each bin of the FFT, evenly spaced in Hz"),
    ),
    View(
        "log",
        mark("Views", "Log"),
        mark("Views", "Log-frequency spectrogram"),
        mark("Views", "24 bands an octave, each with its strongest bin"),
    ),
    View(
        "mfcc",
        "MFCC",
        mark("Views", "Cepstral coefficients"),
        mark("Views", "Cosine transform of the mel bands"),
        mark("Views", "coef"),
    ),
    View(
        "waveform",
        mark("Views", "Wave"),
        mark("Views", "Waveform"),
        mark("Views", "The least and the greatest sample of each hop"),
        "FS",
        coloured=False,
    ),
)
_BY_NAME = {view.name: view for view in VIEWS}


def view_of(frontend: FrontEnd) -> View:
    """What the front-end's columns are shown as."""
    return _BY_NAME[frontend.representation]


def size_text(frontend: FrontEnd) -> str:
    """The front-end's size in a few characters: frame, hop and rows."""
    if frontend.representation == "waveform":
        return translate("Views", "hop {}").format(frontend.hop_length)
    rows = {
        "mel": translate("Views", "{} mels"),
        "linear": translate("Views", "{} bins"),
        "log": translate("Views", "{} bands"),
        "mfcc": translate("Views", "{} MFCCs"),
    }
    what = rows[frontend.representation].format(frontend.n_rows)
    return f"{frontend.n_fft} / {frontend.hop_length} · {what}"


def rows_text(frontend: FrontEnd) -> str:
    """What the rows are, in a sentence's words."""
    fe = frontend
    mels = translate("Views", "{} {} mels from {:g} to {:g} Hz")
    mels = mels.format(fe.n_mels, fe.mel_scale, fe.fmin, fe.top_hz)
    if fe.representation == "linear":
        bins = translate("Views", "{} bins of {:.4g} Hz from {:g} to {:g} Hz")
        return bins.format(fe.n_rows, fe.sr / fe.n_fft, fe.fmin, fe.top_hz)
    if fe.representation == "log":
        bands = translate("Views", "{} bands from {:.4g} to {:g} Hz")
        return bands.format(fe.n_rows, fe.log_bands.low_hz, fe.top_hz)
    if fe.representation == "waveform":
        return translate("Views", "least and greatest sample")
    if fe.representation == "mfcc":
        return translate("Views", "{} coefficients of {}").format(fe.n_mfcc, mels)
    return mels
