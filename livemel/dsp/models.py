"""The table of named front-ends. Adding one is adding a row."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from livemel.dsp.frontend import FrontEnd
from livemel.dsp.recipes import (
    AUDIOSET,
    CENTRED_DB,
    KALDI,
    NEMO,
    VOCODER,
    WHISPER,
    WHISPER_CLIP,
    own,
)
from livemel.dsp.row import DEFAULT_SR, FrontEndRow
from livemel.errors import ParameterError

_CLIP_MAX = "clip maximum less {}: live the maximum so far"
_NONE = "none"

ROWS: tuple[FrontEndRow, ...] = (
    FrontEndRow(
        name="live",
        title="Live: the window's default",
        kind="livemel",
        build=lambda sr: own(sr, n_fft=2048, n_mels=128),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="speech",
        title="Speech: 25 ms frames, 80 bands",
        kind="livemel",
        build=lambda _: FrontEnd(sr=16_000, n_fft=400, hop_length=160, n_mels=80, fmin=20.0),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="music",
        title="Music: long frames, 256 bands",
        kind="livemel",
        build=lambda sr: own(sr, n_fft=4096, n_mels=256, fmin=20.0),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="birds",
        title="Birds: 500 Hz to 15 kHz, short frames",
        kind="livemel",
        build=lambda _: FrontEnd(
            sr=48_000, n_fft=2048, hop_length=240, n_mels=128, fmin=500.0, fmax=15_000.0
        ),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="machine",
        title="Machine: quarter-second frames",
        kind="livemel",
        build=lambda _: FrontEnd(
            sr=48_000, n_fft=12_288, hop_length=960, n_mels=256, mel_scale="htk", fmin=20.0
        ),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="heart",
        title="Heart: 2 kHz, 128 ms frames",
        kind="livemel",
        build=lambda _: FrontEnd(
            sr=2_000, n_fft=512, win_length=256, hop_length=20, n_mels=64, fmin=20.0, fmax=800.0
        ),
        source="livemel",
        checked="librosa 0.11",
    ),
    FrontEndRow(
        name="hum",
        title="Hum: 0 to 500 Hz in even steps, one-second frames",
        kind="livemel",
        build=lambda _: FrontEnd(
            sr=4_000,
            n_fft=4096,
            hop_length=200,
            n_mels=250,
            mel_scale="linear",
            norm=None,
            fmin=0.0,
            fmax=500.0,
        ),
        source="livemel",
        checked="librosa 0.11 (stft)",
    ),
    FrontEndRow(
        name="librosa",
        title="librosa melspectrogram + power_to_db",
        kind="library",
        build=lambda _: FrontEnd(
            sr=22_050,
            n_fft=2048,
            hop_length=512,
            center=True,
            statistic="max",
            statistic_range=80.0,
            normalise="running",
        ),
        source="librosa 0.11 feature/spectral.py, core/spectrum.py",
        checked="librosa 0.11",
        policy=_CLIP_MAX.format("80 dB"),
    ),
    FrontEndRow(
        name="torchaudio",
        title="torchaudio MelSpectrogram + AmplitudeToDB",
        kind="library",
        build=lambda _: FrontEnd(
            sr=16_000, n_fft=400, hop_length=200, mel_scale="htk", norm=None, **CENTRED_DB
        ),
        source="torchaudio 2.11 transforms/_transforms.py, functional/functional.py",
        checked="torchaudio 2.11",
    ),
    FrontEndRow(
        name="kaldi",
        title="Kaldi fbank, dither 0",
        kind="library",
        build=lambda _: FrontEnd(n_mels=23, **KALDI),
        source="Kaldi src/feat/feature-window.h, feature-fbank.h",
        checked="kaldi-native-fbank 1.22, torchaudio 2.11 compliance.kaldi",
        layout="(T, F)",
    ),
    FrontEndRow(
        name="whisper-80",
        title="Whisper: tiny to large-v2",
        kind="speech",
        build=lambda _: FrontEnd(n_mels=80, **WHISPER_CLIP),
        source="openai/whisper whisper/audio.py",
        checked="transformers 5.23, faster-whisper 1.2",
        fill="silence",
        policy=_CLIP_MAX.format("8") + ", (x + 4) / 4",
        takes=3000,
    ),
    FrontEndRow(
        name="whisper-128",
        title="Whisper: large-v3",
        kind="speech",
        build=lambda _: FrontEnd(n_mels=128, **WHISPER_CLIP),
        source="openai/whisper whisper/audio.py",
        checked="transformers 5.23, faster-whisper 1.2",
        fill="silence",
        policy=_CLIP_MAX.format("8") + ", (x + 4) / 4",
        takes=3000,
    ),
    FrontEndRow(
        name="voxtral-realtime",
        title="Voxtral Realtime",
        kind="speech",
        build=lambda _: FrontEnd(n_mels=128, log_min=1.5 - 8, normalise="fixed", **WHISPER),
        source="transformers 5.23 voxtral_realtime/feature_extraction_voxtral_realtime.py",
        checked="transformers 5.23",
        policy="fixed: max(x, 1.5 − 8), (x + 4) / 4",
    ),
    FrontEndRow(
        name="nemo",
        title="NeMo FilterbankFeatures, class default",
        kind="speech",
        build=lambda _: FrontEnd(
            n_mels=64, statistic="mean-std", statistic_eps=1e-5, **{**NEMO, "win_length": 320}
        ),
        source="NeMo 2.6 asr/parts/preprocessing/features.py (since 2.5)",
        checked="NeMo 3.0 features.py",
        policy="per band (x − mean) / (std + 1e-5) of the utterance; its streaming recipe has none",
    ),
    FrontEndRow(
        name="nemo-fastconformer-80",
        title="NeMo FastConformer, 80 bands",
        kind="speech",
        build=lambda _: FrontEnd(n_mels=80, statistic="mean-std", statistic_eps=1e-5, **NEMO),
        source="NeMo 2.6 asr/parts/preprocessing/features.py (since 2.5)",
        checked="NeMo 3.0 features.py, onnx-asr 0.12, transformers 5.23",
        policy="per band (x − mean) / (std + 1e-5) of the utterance; its streaming recipe has none",
    ),
    FrontEndRow(
        name="nemo-fastconformer-128",
        title="NeMo FastConformer, 128 bands (Parakeet-TDT, Canary)",
        kind="speech",
        build=lambda _: FrontEnd(n_mels=128, statistic="mean-std", statistic_eps=1e-5, **NEMO),
        source="NeMo 2.6 asr/parts/preprocessing/features.py (since 2.5)",
        checked="NeMo 3.0 features.py, onnx-asr 0.12, transformers 5.23",
        policy="per band (x − mean) / (std + 1e-5) of the utterance; its streaming recipe has none",
    ),
    FrontEndRow(
        name="speechbrain",
        title="SpeechBrain Fbank",
        kind="speech",
        build=lambda _: FrontEnd(
            sr=16_000,
            n_fft=400,
            hop_length=160,
            window="hamming",
            center=True,
            n_mels=40,
            mel_scale="htk",
            filter_shape="left-width",
            norm=None,
            statistic="max",
            statistic_range=80.0,
            normalise="running",
        ),
        source="speechbrain 1.1 lobes/features.py, processing/features.py",
        checked="speechbrain 1.1",
        layout="(T, F)",
        policy=_CLIP_MAX.format("80 dB"),
    ),
    FrontEndRow(
        name="seamless",
        title="SeamlessM4T and w2v-BERT 2.0",
        kind="speech",
        build=lambda _: FrontEnd(
            n_mels=80,
            scale=2.0**15,
            statistic="mean-var",
            normalise="running",
            statistic_eps=1e-7,
            **KALDI,
        ),
        source="transformers 5.23 seamless_m4t/feature_extraction_seamless_m4t.py",
        checked="transformers 5.23, kaldi-native-fbank 1.22",
        layout="(T / 2, 2 F)",
        policy="per band (x − mean) / sqrt(var + 1e-7) of the utterance: live those so far",
    ),
    FrontEndRow(
        name="gemma3n",
        title="Gemma 3n",
        kind="speech",
        build=lambda _: FrontEnd(
            sr=16_000,
            n_fft=1024,
            win_length=512,
            hop_length=160,
            window_first=True,
            frame_extra=1,
            preemphasis=0.97,
            power=1,
            mel_scale="htk",
            norm=None,
            n_mels=128,
            fmin=125.0,
            fmax=7600.0,
            log="ln",
            floor=1e-5,
        ),
        source="transformers 5.23 gemma3n/feature_extraction_gemma3n.py",
        checked="transformers 5.23",
        layout="(T, F)",
    ),
    FrontEndRow(
        name="gemma4",
        title="Gemma 4",
        kind="speech",
        build=lambda _: FrontEnd(
            sr=16_000,
            n_fft=512,
            win_length=320,
            hop_length=160,
            window_first=True,
            frame_extra=1,
            pad_left=160,
            power=1,
            mel_scale="htk",
            norm=None,
            n_mels=128,
            fmax=8000.0,
            log="ln",
            floor=1e-3,
            floor_kind="add",
        ),
        source="transformers 5.23 gemma4/feature_extraction_gemma4.py",
        checked="transformers 5.23",
        layout="(T, F)",
    ),
    FrontEndRow(
        name="ast",
        title="Audio Spectrogram Transformer",
        kind="events",
        build=lambda _: FrontEnd(
            n_mels=128,
            mean=-4.2677393,
            std=2 * 4.5689974,
            normalise="fixed",
            **{**KALDI, "window": "hann"},
        ),
        source="transformers 5.23 audio_spectrogram_transformer, YuanGongND/ast src/dataloader.py",
        checked="transformers 5.23, kaldi-native-fbank 1.22",
        fill="zeros",
        layout="(T, F)",
        policy="fixed: (x + 4.2677393) / 9.1379948",
        takes=1024,
    ),
    FrontEndRow(
        name="beats",
        title="BEATs",
        kind="events",
        build=lambda _: FrontEnd(
            n_mels=128, scale=2.0**15, mean=15.41663, std=2 * 6.55582, normalise="fixed", **KALDI
        ),
        source="microsoft/unilm beats/BEATs.py",
        checked="torchaudio 2.11 compliance.kaldi, kaldi-native-fbank 1.22",
        layout="(T, F)",
        policy="fixed: (x − 15.41663) / 13.11164",
    ),
    FrontEndRow(
        name="clap-fusion",
        title="CLAP, fused (laion/clap-htsat-fused)",
        kind="events",
        build=lambda _: FrontEnd(
            sr=48_000,
            n_fft=1024,
            hop_length=480,
            mel_scale="htk",
            norm=None,
            n_mels=64,
            fmin=50.0,
            fmax=14_000.0,
            **CENTRED_DB,
        ),
        source="transformers 5.23 clap/feature_extraction_clap.py, preprocessor_config.json",
        checked="transformers 5.23",
        layout="(4, T, F)",
        takes=1001,
    ),
    FrontEndRow(
        name="clap-rand",
        title="CLAP, unfused (laion/clap-htsat-unfused)",
        kind="events",
        build=lambda _: FrontEnd(
            sr=48_000,
            n_fft=1024,
            hop_length=480,
            n_mels=64,
            fmin=50.0,
            fmax=14_000.0,
            **CENTRED_DB,
        ),
        source="transformers 5.23 clap/feature_extraction_clap.py, preprocessor_config.json",
        checked="transformers 5.23",
        layout="(1, T, F)",
        takes=1001,
    ),
    FrontEndRow(
        name="ms-clap-2023",
        title="MS-CLAP 2023, as its code builds it",
        kind="events",
        # msclap feeds 44.1 kHz sound to filters that were laid out for 32 kHz: the bands lie at
        # 44.1 / 32 of 50 to 14000 Hz.
        build=lambda _: FrontEnd(
            sr=32_000,
            n_fft=1024,
            hop_length=320,
            n_mels=64,
            fmin=50.0,
            fmax=14_000.0,
            **CENTRED_DB,
        ),
        source="msclap 1.3.4 models/htsat.py, models/config.py",
        checked="msclap 1.3.4",
        layout="(1, T, F)",
        policy="learned batch norm in the model",
        takes=965,
    ),
    FrontEndRow(
        name="panns-cnn14",
        title="PANNs Cnn14",
        kind="events",
        build=lambda _: FrontEnd(
            sr=32_000,
            n_fft=1024,
            hop_length=320,
            n_mels=64,
            fmin=50.0,
            fmax=14_000.0,
            **CENTRED_DB,
        ),
        source="panns_inference 0.1.1 models.py, torchlibrosa 0.1.0 stft.py",
        checked="torchlibrosa 0.1.0",
        layout="(1, T, F)",
        policy="learned batch norm in the model",
    ),
    FrontEndRow(
        name="yamnet",
        title="YAMNet",
        kind="events",
        build=lambda _: FrontEnd(floor=0.001, **AUDIOSET),
        source="tensorflow/models research/audioset/yamnet/params.py, features.py",
        checked="TensorFlow 2.21",
        layout="(96, F) patches, hop 48",
    ),
    FrontEndRow(
        name="vggish",
        title="VGGish",
        kind="events",
        build=lambda _: FrontEnd(floor=0.01, **AUDIOSET),
        source="tensorflow/models research/audioset/vggish/mel_features.py, vggish_params.py",
        checked="mel_features.py",
        layout="(96, F) patches, hop 96",
    ),
    FrontEndRow(
        name="desed",
        title="DESED / DCASE sound event detection",
        kind="events",
        build=lambda _: FrontEnd(
            sr=16_000,
            n_fft=2048,
            hop_length=256,
            window="hamming",
            periodic=False,
            center=True,
            pad_mode="reflect",
            power=1,
            mel_scale="htk",
            norm=None,
            n_mels=128,
            fmax=8000.0,
            log="db-amplitude",
            floor=1e-5,
            log_min=-50.0,
            log_max=80.0,
            statistic="min-max",
            statistic_eps=1e-8,
            mean=0.5,
            std=0.5,
            normalise="instance",
            instance_s=10.0,
        ),
        source="DESED_task recipes/*/confs, local/sed_trainer.py, desed_task/utils/scaler.py",
        checked="torchaudio 2.11 and DESED_task",
        policy="2 (x − min) / (max − min + 1e-8) − 1 over 10 s: live the trailing 10 s",
    ),
    FrontEndRow(
        name="efficientat",
        title="EfficientAT",
        kind="events",
        build=lambda _: FrontEnd(
            sr=32_000,
            n_fft=1024,
            win_length=800,
            hop_length=320,
            periodic=False,
            center=True,
            pad_mode="reflect",
            preemphasis=0.97,
            preemphasis_over="signal-valid",
            mel_scale="kaldi",
            filter_shape="mel",
            norm=None,
            n_mels=128,
            fmax=15_000.0,
            log="ln",
            floor=1e-5,
            floor_kind="add",
            mean=-4.5,
            std=5.0,
            normalise="fixed",
        ),
        source="fschmid56/EfficientAT models/preprocess.py",
        checked="EfficientAT a425fdc",
        layout="(1, F, T)",
        policy="fixed: (x + 4.5) / 5",
    ),
    FrontEndRow(
        name="tacotron2",
        title="Tacotron 2",
        kind="synthesis",
        build=lambda _: FrontEnd(**VOCODER),
        source="NVIDIA/tacotron2 stft.py, layers.py, hparams.py",
        checked="tacotron2 185cd24",
    ),
    FrontEndRow(
        name="hifigan",
        title="HiFi-GAN v1",
        kind="synthesis",
        build=lambda _: FrontEnd(pad_length=384, magnitude_offset=1e-9, **VOCODER),
        source="jik876/hifi-gan meldataset.py, config_v1.json",
        checked="hifi-gan 4769534",
    ),
    FrontEndRow(
        name="vocos",
        title="Vocos, 24 kHz",
        kind="synthesis",
        build=lambda _: FrontEnd(
            sr=24_000,
            n_fft=1024,
            hop_length=256,
            center=True,
            pad_mode="reflect",
            power=1,
            mel_scale="htk",
            norm=None,
            n_mels=100,
            log="ln",
            floor=1e-7,
        ),
        source="gemelo-ai/vocos vocos/feature_extractors.py",
        checked="vocos 0.1.0",
    ),
)

FRONTENDS: Mapping[str, FrontEndRow] = MappingProxyType({row.name: row for row in ROWS})


def row(name: str) -> FrontEndRow:
    """The row of that name. Raises ParameterError with the nearest names."""
    try:
        return FRONTENDS[name]
    except (KeyError, TypeError):
        raise unknown(name, FRONTENDS) from None


def unknown(name: object, known: Iterable[str]) -> ParameterError:
    """The error for a name that is none of those known."""
    names = list(known)
    near = get_close_matches(str(name), names, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return ParameterError(f"unknown front-end {name!r}: {hint}")


def frontend(name: str = "live", *, sr: int | None = None) -> FrontEnd:
    """The front-end of that name.

    name : a row of the table; "live" is the window's default
    sr : int or None, Hz; for a front-end that takes the device's own rate, None is 48 kHz
    Raises ParameterError for an unknown name, with the nearest ones.
    """
    return row(name).build(DEFAULT_SR if sr is None else sr)
