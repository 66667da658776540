"""What the columns can be shown as, in the order of the keys 1 to 5. No Qt."""

from dataclasses import dataclass

from livemel.dsp.frontend import FrontEnd


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
    View("mel", "Mel", "Log-mel spectrogram", "The mel bands that a model is given"),
    View("linear", "Linear", "Linear spectrogram", "Each bin of the FFT, evenly spaced in Hz"),
    View(
        "log",
        "Log",
        "Log-frequency spectrogram",
        "24 bands an octave, each with its strongest bin",
    ),
    View("mfcc", "MFCC", "Cepstral coefficients", "Cosine transform of the mel bands", "coef"),
    View(
        "waveform",
        "Wave",
        "Waveform",
        "The least and the greatest sample of each hop",
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
        return f"hop {frontend.hop_length}"
    rows = {"mel": "mels", "linear": "bins", "log": "bands", "mfcc": "MFCCs"}
    what = rows[frontend.representation]
    return f"{frontend.n_fft} / {frontend.hop_length} · {frontend.n_rows} {what}"


def rows_text(frontend: FrontEnd) -> str:
    """What the rows are, in a sentence's words."""
    fe = frontend
    mels = f"{fe.n_mels} {fe.mel_scale} mels from {fe.fmin:g} to {fe.top_hz:g} Hz"
    if fe.representation == "linear":
        return f"{fe.n_rows} bins of {fe.sr / fe.n_fft:.4g} Hz from {fe.fmin:g} to {fe.top_hz:g} Hz"
    if fe.representation == "log":
        return f"{fe.n_rows} bands from {fe.log_bands.low_hz:.4g} to {fe.top_hz:g} Hz"
    if fe.representation == "waveform":
        return "least and greatest sample"
    return f"{fe.n_mfcc} coefficients of {mels}" if fe.representation == "mfcc" else mels
