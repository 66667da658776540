"""FrontEnd: what is impossible is refused with its value, and what is accepted works."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.errors import LivemelError, ParameterError

from tests.dsp.strategies import examples, front_ends, noise

WHOLE = ("sr", "n_fft", "win_length", "hop_length", "n_mels")
REAL = ("fmin", "fmax", "floor", "ref")
# Past these, a float32 column would be infinite or nothing at all.
POSITIVE = ("scale", "std", "instance_s")
NOT_NEGATIVE = ("magnitude_offset", "statistic_range", "statistic_eps")
BOUNDED = (*POSITIVE, *NOT_NEGATIVE, "preemphasis", "mean", "log_min", "log_max")
COUNTS = ("frame_extra", "pad_left", "pad_length")
NAMED = (
    "window",
    "pad_mode",
    "mel_scale",
    "norm",
    "log",
    "filter_shape",
    "preemphasis_over",
    "floor_kind",
    "statistic",
    "normalise",
)
YES_NO = ("periodic", "center", "window_first", "drop_last", "remove_dc")

IMPOSSIBLE: list[tuple[str, object, str]] = [
    *((name, value, repr(value)) for name in WHOLE for value in (True, 3.0, "3", [3], math.nan)),
    *((name, value, str(value)) for name in WHOLE for value in (0, -1, 10**9, -(10**30))),
    *((name, None, "None") for name in ("sr", "n_fft", "hop_length", "n_mels", *REAL[:1])),
    ("sr", 10_000_001, "10000001"),
    ("sr", np.True_, "True"),
    ("n_fft", 1, "1"),
    ("n_fft", np.array([512, 256]), "256"),
    ("win_length", 513, "513"),
    ("n_mels", 513, "513"),
    *((name, value, str(value)) for name in REAL for value in (math.nan, math.inf, -math.inf)),
    *((name, value, str(value)) for name in REAL for value in (-1, -1e-9)),
    *((name, value, repr(value)) for name in REAL for value in ("1", True, [1.0], 1j)),
    *((name, 0, "0") for name in ("fmax", "floor", "ref")),
    *((name, 10**400, "inf") for name in REAL),
    ("fmin", 8000, "8000"),
    ("fmin", 9000.5, "9000.5"),
    ("fmax", 8000.5, "8000.5"),
    ("fmax", 96_000, "96000"),
    ("floor", 1e-46, "1e-46"),  # 0 as float32, which is what the columns are
    ("floor", 1e39, "1e+39"),  # infinite as float32
    *((name, value, repr(value)) for name in NAMED for value in ("", "Hann", 1, True, ["hann"])),
    *((name, None, "None") for name in NAMED if name not in ("norm", "statistic")),
    *(("power", value, repr(value)) for value in (0, 3, 1.5, -1, True, [2], "2", None, math.nan)),
    *((name, value, repr(value)) for name in COUNTS for value in (True, 1.0, "1", [1])),
    *((name, value, str(value)) for name in COUNTS for value in (-1, 10**9)),
    *((name, None, "None") for name in ("frame_extra", "pad_left", "scale", "std", "mean")),
    *((name, value, repr(value)) for name in BOUNDED for value in ("1", True, [1.0], 1j)),
    *((name, value, str(value)) for name in BOUNDED for value in (math.nan, math.inf, -math.inf)),
    *((name, value, f"{value:g}") for name in BOUNDED for value in (2e10, 1e39, -1e39)),
    *((name, value, f"{value:g}") for name in POSITIVE for value in (0.0, -1.0, 1e-46)),
    *((name, -1e-9, "-1e-09") for name in (*NOT_NEGATIVE, "preemphasis")),
    ("preemphasis", 1.5, "1.5"),
    *((name, value, repr(value)) for name in YES_NO for value in ("no", 1, None, 0.0, [])),
]


@pytest.mark.parametrize(("name", "value", "shown"), IMPOSSIBLE)
def test_an_impossible_value_is_an_error_that_carries_it(
    name: str, value: object, shown: str
) -> None:
    possible = FrontEnd(sr=16000, n_fft=512, n_mels=40)
    for refuse in (
        lambda: FrontEnd(**{"sr": 16000, "n_fft": 512, "n_mels": 40, name: value}),
        lambda: possible.replace(**{name: value}),
    ):
        with pytest.raises(ParameterError) as caught:
            refuse()
        text = str(caught.value)
        assert name in text
        assert shown in text
        assert "\n" not in text


def test_a_parameter_error_is_a_value_error_and_one_of_livemels() -> None:
    assert issubclass(ParameterError, ValueError)
    assert issubclass(ParameterError, LivemelError)


def test_the_rate_below_which_fmax_fits_is_checked_when_only_the_rate_changes() -> None:
    fe = FrontEnd(sr=16000, fmax=8000)
    with pytest.raises(ParameterError, match=r"fmax=8000 exceeds sr/2=4000"):
        fe.replace(sr=8000)
    with pytest.raises(ParameterError, match=r"win_length=400 exceeds n_fft=256"):
        FrontEnd(sr=16000, n_fft=512, win_length=400, n_mels=40).replace(n_fft=256)


def test_a_column_is_left_out_only_where_padding_makes_one() -> None:
    fe = FrontEnd(sr=16000, n_fft=400, hop_length=160, center=True, n_mels=40, drop_last=True)
    with pytest.raises(ParameterError, match=r"drop_last .* hop_length=201, padding 200"):
        fe.replace(hop_length=201)
    with pytest.raises(ParameterError, match=r"drop_last .* padding 100"):
        fe.replace(pad_length=100)
    with pytest.raises(ParameterError, match="drop_last"):
        fe.replace(center=False)
    assert fe.replace(hop_length=200, pad_length=200).padding == (200, 200)


def test_the_logarithms_limits_must_leave_room_between_them() -> None:
    fe = FrontEnd(sr=16000, log_min=-50, log_max=80)
    with pytest.raises(ParameterError, match=r"log_min=-50 is not below log_max=-50"):
        fe.replace(log_max=-50.0)
    assert fe.replace(log_min=None).log_max == 80


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(ParameterError, match="no field 'nfft'"):
        FrontEnd(sr=16000).replace(nfft=512)
    with pytest.raises(ParameterError, match="no field 'replace'"):
        FrontEnd(sr=16000).replace(replace=1)


def test_a_front_end_cannot_be_changed_nor_given_by_position() -> None:
    fe = FrontEnd(sr=16000)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fe.n_fft = 512  # type: ignore[misc]
    with pytest.raises(TypeError):
        FrontEnd(16000)  # type: ignore[misc]
    assert fe.replace(n_fft=1024).n_fft == 1024
    assert fe.n_fft == 2048


@examples(100)
@given(fe=front_ends())
def test_equal_front_ends_are_one_key_and_replacing_nothing_changes_nothing(fe: FrontEnd) -> None:
    again = FrontEnd(**dataclasses.asdict(fe))
    assert again == fe == fe.replace()
    assert hash(again) == hash(fe)


@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.int64])
def test_numpys_whole_numbers_serve_as_pythons(kind: Any) -> None:
    """A small kind must not overflow in arithmetic on positions."""
    fe = FrontEnd(sr=16000, n_fft=kind(200), hop_length=kind(80), n_mels=kind(20))
    y = noise(3000)
    wanted = log_mel(y, FrontEnd(sr=16000, n_fft=200, hop_length=80, n_mels=20))
    np.testing.assert_array_equal(log_mel(y, fe), wanted)


@examples(100)
@given(
    floor=st.floats(1e-37, 1e37),
    ref=st.floats(1e-300, 1e300),
    log=st.sampled_from(("db", "db-amplitude", "ln", "log10")),
)
def test_every_floor_and_ref_that_is_accepted_gives_finite_columns(
    floor: float, ref: float, log: Any
) -> None:
    fe = FrontEnd(sr=16000, n_fft=64, hop_length=32, n_mels=8, floor=floor, ref=ref, log=log)
    y = np.concatenate([np.zeros(100, dtype=np.float32), noise(100)])
    assert np.isfinite(log_mel(y, fe)).all()


@examples(150)
@given(
    scale=st.floats(1e-9, 1e9),
    offset=st.floats(0, 1e9),
    mean=st.floats(-1e9, 1e9),
    std=st.floats(1e-9, 1e9),
    low=st.none() | st.floats(-1e9, 1e9),
    power=st.sampled_from((1, 2)),
    log=st.sampled_from(("db", "ln", "none")),
)
def test_every_constant_that_is_accepted_gives_finite_columns(
    scale: float,
    offset: float,
    mean: float,
    std: float,
    low: float | None,
    power: int,
    log: Any,
) -> None:
    fe = FrontEnd(
        sr=16000,
        n_fft=64,
        hop_length=32,
        n_mels=8,
        scale=scale,
        power=power,
        magnitude_offset=offset,
        log=log,
        log_min=low,
        mean=mean,
        std=std,
        normalise="fixed",
    )
    y = np.concatenate([np.zeros(100, dtype=np.float32), noise(100)])
    assert np.isfinite(log_mel(y, fe)).all()


def test_what_follows_from_a_front_end() -> None:
    fe = FrontEnd(sr=16000, n_fft=401, hop_length=160, n_mels=40)
    assert (fe.frame_length, fe.n_bins, fe.top_hz) == (401, 201, 8000)
    assert (fe.columns_per_s, fe.first_centre, fe.lookahead) == (100, 200.5, 200)
    short = fe.replace(win_length=320, fmax=7000, center=True)
    assert (short.frame_length, short.top_hz) == (320, 7000)
    # 401 samples have one in their middle, which lasts from 0 to 1.
    assert (short.first_centre, short.replace(n_fft=400).first_centre) == (0.5, 0)


def test_what_follows_from_how_frames_lie() -> None:
    kaldi = FrontEnd(sr=16000, n_fft=512, win_length=400, hop_length=160, window_first=True)
    assert (kaldi.window_span, kaldi.span, kaldi.padding) == (400, 400, (0, 0))
    assert (kaldi.first_centre, kaldi.lookahead) == (200, 200)
    gemma4 = kaldi.replace(win_length=320, frame_extra=1, pad_left=160)
    assert (gemma4.window_span, gemma4.span, gemma4.padding) == (320, 321, (160, 0))
    assert (gemma4.first_centre, gemma4.lookahead) == (0, 161)
    hifigan = FrontEnd(sr=22050, n_fft=1024, hop_length=256, center=True, pad_length=384)
    assert (hifigan.padding, hifigan.first_centre, hifigan.lookahead) == ((384, 384), 128, 512)
    # One sample is lost before the frames, so that all of them lie one further on.
    emphasised = hifigan.replace(preemphasis=0.97, preemphasis_over="signal-valid")
    assert emphasised.first_centre == 129
    assert emphasised.replace(preemphasis_over="signal").first_centre == 128
