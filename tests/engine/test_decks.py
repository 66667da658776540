"""What is open: one live source and whole files, at one rate, each with all of its columns."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from livemel.config import MOST_FILES
from livemel.dsp.frontend import FrontEnd
from livemel.dsp.stream import log_mel
from livemel.engine.decks import Deck, Decks, Failure
from livemel.errors import SourceError
from livemel.sources.opening import SourceRequest, open_source

from tests import waiting
from tests.claims import claim
from tests.dsp.strategies import sound
from tests.engine.sources import PATIENCE_S
from tests.rig.stopped_nursery import stopped_nursery

NewDecks = Callable[..., Decks]
Two = tuple[Decks, np.ndarray, np.ndarray]


def build(sr: int, n_mels: int = 20) -> FrontEnd:
    """At whatever rate it is told."""
    return FrontEnd(sr=sr, n_fft=512, hop_length=160, n_mels=n_mels)


class Choice:
    """What a person chose: it may become another one."""

    n_mels = 20

    def __call__(self, sr: int) -> FrontEnd:
        return build(sr, self.n_mels)


def write(path: Path, seconds: float, sr: int = 16_000) -> np.ndarray:
    """A sound file, and what a reader gets of it."""
    soundfile.write(path, 0.5 * sound(round(seconds * sr)), sr)
    y: np.ndarray = soundfile.read(path, dtype="float32")[0]
    return y


def columns_of(deck: Deck) -> np.ndarray:
    feed = deck.engine.feed
    assert feed is not None
    return feed.columns.read(0, feed.columns.written).values.T


def wait_for(decks: Decks, deck: Deck) -> None:
    """Until it is shown with the columns it should have."""
    ready = threading.Event()
    while True:
        assert decks.look() == []
        if decks.shown is deck and deck.is_ready and not decks.is_stale(deck):
            return
        ready.wait(0.01)  # as the window's timer looks


def said_by(decks: Decks) -> list[str]:
    """What the next look that has something to say says."""
    said: list[str] = []
    waiting.wait_for(lambda: said.extend(failure.reason for failure in decks.look()) or said)
    return said


def wait_until_open(*decks: Deck) -> None:
    waiting.wait_for(lambda: all(deck.form is not None for deck in decks))


@pytest.fixture
def choice() -> Choice:
    return Choice()


@pytest.fixture
def new_decks(choice: Choice) -> Iterator[NewDecks]:
    """Decks whose first source is what is asked for; stopped in the end, and no thread left."""
    made: list[Decks] = []

    def new(request: SourceRequest) -> Decks:
        decks = Decks(choice, 60.0)
        source = open_source(request)
        source.start()
        decks.begin(source, request)
        made.append(decks)
        return decks

    yield new
    for decks in made:
        decks.stop()
    for thread in threading.enumerate():
        if thread.name in ("livemel-retire", "livemel-open"):
            thread.join(PATIENCE_S)
    assert not [thread.name for thread in threading.enumerate() if "livemel" in thread.name]


@pytest.fixture
def two(tmp_path: Path, new_decks: NewDecks) -> Two:
    """Two whole files, and their samples; the first is shown."""
    y, z = write(tmp_path / "a.wav", 3.0), write(tmp_path / "b.wav", 5.0)
    decks = new_decks(SourceRequest(name=str(tmp_path / "a.wav"), at_once=True))
    decks.open_file(tmp_path / "b.wav")
    wait_for(decks, decks.files[0])
    return decks, y, z


def test_each_file_has_all_of_its_columns(two: Two) -> None:
    decks, y, z = two
    decks.show(decks.files[1])
    wait_for(decks, decks.files[1])
    np.testing.assert_array_equal(columns_of(decks.files[0]), log_mel(y, build(16_000)))
    np.testing.assert_array_equal(columns_of(decks.files[1]), log_mel(z, build(16_000)))


def test_a_file_is_longer_than_the_history_if_its_columns_are_few(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    y = write(tmp_path / "long.wav", 90.0, 8000)  # 60 s are kept of live sound
    decks = new_decks(SourceRequest(name=str(tmp_path / "long.wav"), at_once=True))
    wait_for(decks, decks.shown)
    np.testing.assert_array_equal(columns_of(decks.shown), log_mel(y, build(8000)))


def test_files_share_the_highest_of_their_rates(tmp_path: Path, new_decks: NewDecks) -> None:
    y = write(tmp_path / "low.wav", 2.0, 16_000)
    z = write(tmp_path / "high.wav", 2.0, 44_100)
    decks = new_decks(SourceRequest(name=str(tmp_path / "low.wav"), at_once=True))
    low = decks.shown
    wait_for(decks, low)
    np.testing.assert_array_equal(columns_of(low), log_mel(y, build(16_000)))
    high, new = decks.open_file(tmp_path / "high.wav")
    assert new
    wait_until_open(high)
    wait_for(decks, low)  # the present one is computed anew
    resampled = soxr.resample(y, 16_000, 44_100, quality="HQ")
    expected = log_mel(resampled, build(44_100))
    np.testing.assert_allclose(columns_of(low), expected, atol=1e-3)
    decks.show(high)
    wait_for(decks, high)
    np.testing.assert_array_equal(columns_of(high), log_mel(z, build(44_100)))
    assert low.engine.feed is not None
    assert high.engine.feed is not None
    assert low.engine.feed.frontend == high.engine.feed.frontend


def test_live_sound_goes_on_while_a_file_is_shown(tmp_path: Path, new_decks: NewDecks) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    live = decks.shown
    deck, _ = decks.open_file(tmp_path / "a.wav")
    decks.show(deck)
    wait_for(decks, deck)
    before, looked = live.engine.stats(), threading.Event()
    while live.engine.stats()["columns"] < before["columns"] + 20:
        looked.wait(0.01)
    assert live.engine.stats()["samples_lost"] == 0
    decks.show(live)
    assert decks.shown is live


def test_another_front_end_is_computed_of_what_is_shown_and_of_the_rest_when_it_is(
    two: Two, choice: Choice
) -> None:
    decks, y, z = two
    a, b = decks.files
    choice.n_mels = 30
    decks.change()
    wait_for(decks, a)
    fe = build(16_000, 30)
    np.testing.assert_array_equal(columns_of(a), log_mel(y, fe))
    assert columns_of(b).shape[0] == 20
    decks.show(b)
    assert decks.shown is a  # until the other is there
    wait_for(decks, b)
    np.testing.assert_array_equal(columns_of(b), log_mel(z, fe))


def test_what_is_beside_is_computed_anew_too(two: Two, choice: Choice) -> None:
    decks, _, z = two
    a, b = decks.files
    decks.beside = b
    choice.n_mels = 30
    decks.change()
    wait_for(decks, a)
    while not b.is_ready or decks.is_stale(b):
        decks.look()
    fe = build(16_000, 30)
    np.testing.assert_array_equal(columns_of(b), log_mel(z, fe))


def test_another_channel_counts_for_one_file(tmp_path: Path, new_decks: NewDecks) -> None:
    stereo = np.stack([0.5 * sound(32_000), 0.1 * sound(32_000)[::-1]], axis=1)
    soundfile.write(tmp_path / "stereo.wav", stereo, 16_000, subtype="FLOAT")
    y = soundfile.read(tmp_path / "stereo.wav", dtype="float32")[0]
    decks = new_decks(SourceRequest(name=str(tmp_path / "stereo.wav"), at_once=True))
    wait_for(decks, decks.shown)
    decks.shown.lanes = (2,)
    wait_for(decks, decks.shown)
    right = np.ascontiguousarray(y[:, 1])
    np.testing.assert_array_equal(columns_of(decks.shown), log_mel(right, build(16_000)))


def test_a_file_that_is_open_is_not_opened_twice(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    decks = two[0]
    monkeypatch.chdir(decks.files[1].path.parent)
    assert decks.open_file(Path("b.wav")) == (decks.files[1], False)
    assert len(decks.files) == 2


def test_a_ninth_file_is_one_too_many(tmp_path: Path, new_decks: NewDecks) -> None:
    decks = new_decks(SourceRequest(name="demo:hum50"))
    for number in range(MOST_FILES):
        write(tmp_path / f"{number}.wav", 0.2)
        decks.open_file(tmp_path / f"{number}.wav")
    write(tmp_path / "more.wav", 0.2)
    with pytest.raises(SourceError, match=r"^more\.wav is one too many: 8 files can be open$"):
        decks.open_file(tmp_path / "more.wav")
    assert len(decks.all) == MOST_FILES + 1


def test_closing_what_is_shown_shows_its_neighbour_and_the_last_one_stays(two: Two) -> None:
    decks = two[0]
    a, b = decks.files
    decks.beside = b
    decks.close(a)
    assert (decks.all, decks.shown, decks.beside) == ([b], b, None)
    decks.close(b)
    assert decks.all == [b]


def test_a_file_that_is_gone_keeps_what_was_computed_of_it(two: Two) -> None:
    decks, y, _ = two
    a = decks.files[0]
    a.path.unlink()
    decks.change()
    assert said_by(decks) == [f"no such file: {a.path}: what was computed of it stays"]
    assert decks.look() == []
    np.testing.assert_array_equal(columns_of(a), log_mel(y, build(16_000)))


def test_what_is_no_sound_file_is_told_and_changes_nothing(two: Two, tmp_path: Path) -> None:
    decks = two[0]
    (tmp_path / "notes.txt").write_text("no sound at all")
    notes, _ = decks.open_file(tmp_path / "notes.txt")
    decks.show(notes)
    (said,) = said_by(decks)
    assert said.startswith(f"{tmp_path / 'notes.txt'} is not a sound file: ")
    assert (len(decks.all), decks.wanted) == (2, None)
    assert decks.shown is decks.files[0]


def test_files_are_read_one_after_the_other(tmp_path: Path, new_decks: NewDecks) -> None:
    decks = new_decks(SourceRequest(name="demo:hum50"))
    for number in range(5):
        write(tmp_path / f"{number}.wav", 5.0)
        decks.open_file(tmp_path / f"{number}.wav")
    while not all(deck.is_ready for deck in decks.files):
        opened = [deck for deck in decks.files if deck.form is not None]
        begun = [deck for deck in opened if deck.engine.source.ring.written]
        assert sum(not deck.is_ready for deck in begun) <= 1
        decks.look()


def test_a_file_that_is_closed_before_its_turn_is_never_read(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 60.0)
    write(tmp_path / "b.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    decks.open_file(tmp_path / "a.wav")
    b, _ = decks.open_file(tmp_path / "b.wav")
    wait_until_open(*decks.files)
    decks.look()
    decks.close(b)
    wait_for_all(decks)
    assert b.engine.source.ring.written == 0
    assert len(decks.files) == 1


def wait_for_all(decks: Decks) -> None:
    while not all(deck.is_ready for deck in decks.files):
        decks.look()


# --- being opened ---------------------------------------------------------------------------------


def test_a_file_that_is_closed_while_it_is_opened_is_closed_once_it_is(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    live, before = decks.shown, descriptors()
    with stopped_nursery():
        a, _ = decks.open_file(tmp_path / "a.wav")
        decks.show(a)
        assert (a.is_opening, decks.all, decks.shown) == (True, [live, a], live)
        decks.close(a)
        assert (decks.all, decks.wanted, decks.look()) == ([live], None, [])
        waiting.wait_for(lambda: "livemel-retire" not in names_of_threads())
    waiting.wait_for(lambda: not openers() and descriptors() == before)
    assert a.form is None
    assert decks.look() == []


def test_another_one_that_is_wanted_meanwhile_is_shown_and_the_file_is_there(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    live = decks.shown
    with stopped_nursery():
        a, _ = decks.open_file(tmp_path / "a.wav")
        decks.show(a)
        decks.show(live)
    wait_for_all(decks)
    assert (decks.shown, decks.wanted, a.is_ready) == (live, None, True)


def test_the_last_one_that_is_open_stays_while_another_is_opened(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    live = decks.shown
    with stopped_nursery():
        a, _ = decks.open_file(tmp_path / "a.wav")
        decks.close(live)
        assert decks.all == [live, a]
    wait_until_open(a)
    decks.close(live)
    assert (decks.all, decks.shown) == ([a], a)


def test_files_that_do_not_open_are_told_in_their_order(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    (tmp_path / "notes.txt").write_text("no sound at all")
    decks = new_decks(SourceRequest(name="demo:hum50"))
    with stopped_nursery():
        decks.open_file(tmp_path / "notes.txt")
        gone, _ = decks.open_file(tmp_path / "gone.wav")
        waiting.wait_for(lambda: gone.has_failed)
        assert decks.look() == []  # the first one is not known yet
    said: list[Failure] = []
    waiting.wait_for(lambda: said.extend(decks.look()) or len(said) == 2)
    notes, gone_wav = tmp_path / "notes.txt", tmp_path / "gone.wav"
    assert [failure.path for failure in said] == [notes, gone_wav]
    assert f"{notes} is not a sound file: " in said[0].reason
    assert said[1].reason == f"no such file: {gone_wav}"
    assert decks.all == [decks.shown]


def test_another_source_that_is_chosen_while_one_is_opened_takes_its_place(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    before = descriptors()
    with stopped_nursery():
        a = decks.switch(SourceRequest(name=str(tmp_path / "a.wav")))
        assert not a.is_ready
        other = decks.switch(SourceRequest(name="demo:silence"))
        assert decks.next is other
    waiting.wait_for(lambda: not openers() and descriptors() == before)
    assert not a.is_ready


def test_a_source_that_cannot_be_prepared_or_started_leaves_nothing_open(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    write(tmp_path / "a.wav", 1.0)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    decks.switch(SourceRequest(name=str(tmp_path / "a.wav")))
    decks.abandon_next()
    waiting.wait_for(lambda: "livemel-retire" not in names_of_threads() and not openers())
    before = descriptors()
    kept: list[object] = []  # garbage that nobody collects

    def refuse(source: object, _: object) -> None:
        kept.append(source)
        raise SourceError("no output")

    for _ in range(5):
        refused = decks.switch(SourceRequest(name=str(tmp_path / "a.wav")), refuse)
        waiting.wait_for(lambda: refused.has_failed)  # noqa: B023 - called at once
        assert refused.engine.status.reason == "no output"
    waiting.wait_for(lambda: descriptors() == before)
    with pytest.raises(SourceError, match="no output"):
        decks.switch(SourceRequest(name="demo:silence"), refuse)
    assert decks.next is refused
    assert len(kept) == 6


# --- how long a file is ---------------------------------------------------------------------------


def test_a_header_that_claims_too_much_counts_for_no_more_than_its_bytes_can_hold(
    tmp_path: Path, new_decks: NewDecks
) -> None:
    path = tmp_path / "a.flac"
    write(path, 2.0)
    claim(path, 864_000 * 16_000)
    decks = new_decks(SourceRequest(name="demo:hum50"))
    a, _ = decks.open_file(path)
    wait_until_open(a)
    assert a.form is not None
    assert a.form.frames == 864_000 * 16_000
    assert a.seconds == 64 * path.stat().st_size / 16_000
    wait_for_all(decks)
    assert a.seconds == 2.0


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def names_of_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def openers() -> bool:
    return "livemel-open" in names_of_threads()
