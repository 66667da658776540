"""Hum of one channel along time: when it begins, whether it goes on, when it ends."""

from dataclasses import replace

import numpy as np

from livemel.diagnosis.block import Block, Grid
from livemel.diagnosis.hum_episode import Episode
from livemel.diagnosis.hum_evidence import weigh
from livemel.diagnosis.hum_frequency import Comb, fit_comb
from livemel.diagnosis.hum_lines import Samples, Windowing
from livemel.diagnosis.hum_screen import Candidate, candidates
from livemel.diagnosis.hum_sound import KEPT, RecentSound
from livemel.diagnosis.mains import AIRCRAFT

# In blocks of half a second: looked at so often; the usual window, and the longest.
_EVERY, _USUAL, _LONGEST = 4, 8, KEPT
# Worth a longer window, where there is one.
_WORTH_MORE = 5.0
# Hum that comes again sooner, and no further off, never ended.
_SAME_S, _SAME_HZ = 10.0, 0.3
_MOST_EPISODES = 32
# What was there for a shorter time than this, less clear than that, and then never again, was
# none.
_BRIEF_S, _CLEAR = 9.0, 100.0
# What is there so soon was there when the sound began.
_AT_ONCE_S = 0.1
# A tone that is a multiple of 50 Hz is no hum: the lines below it are. And what lies 70 dB below
# the rest may be its edge, or what the decimators fold.
_LEAST_SHARE = 1e-7


class HumTrack:
    """One channel, block after block. `episodes` is what was found, in order of time; `told` those
    that are sure enough to be told."""

    def __init__(self, grid: Grid, channel: int) -> None:
        self.episodes: list[Episode] = []
        self._grid = grid
        self._sound = RecentSound(grid, channel)
        self._open: Episode | None = None

    @property
    def told(self) -> list[Episode]:
        return [episode for episode in self.episodes if episode.is_told]

    def push(self, block: Block) -> None:
        """Go on with this. Where sound is missing it begins anew: hum that is there again goes
        on."""
        if not block.whole:
            self._sound.clear()
            self._open = None
            return
        came = len(block) > 0
        if came:
            self._sound.push(block)
        blocks = self._sound.blocks
        settled = self._open is not None and self._open.settled
        every = 2 * _EVERY if settled else _EVERY
        due = blocks % every == 0
        if blocks >= _EVERY and ((due or block.last) if came else not due):
            self._look()
        if self._open is not None:  # what goes on ends with the sound so far
            self._open.end_s = self._sound.stop_s

    def _look(self) -> None:
        samples = self._sound.lowest
        usual = self._windowing(samples, _USUAL)
        if self._open is None:
            self._begin(samples, usual, candidates(samples, usual)[:2])
            return
        episode = self._open
        if not self._goes_on(episode, samples, episode.f0_hz):
            # It may have strayed by more than a bin.
            near = (c for c in candidates(samples, usual) if c.family is episode.family)
            hz = next((c.hz for c in near if abs(c.hz - episode.f0_hz) < _SAME_HZ), None)
            if hz is None or not self._goes_on(episode, samples, hz):
                self._doubt(episode, samples)

    def _begin(self, samples: Samples, usual: Windowing, found: list[Candidate]) -> None:
        for candidate in found:
            comb = self._fit(samples, usual, candidate)
            evidence = weigh(comb, candidate.family)
            if self._sound.blocks >= _LONGEST and not evidence.sure:
                # Noise may look like hum for 4 s, but hardly for 8.
                if evidence.amount < _WORTH_MORE:
                    continue
                longest = self._windowing(samples, _LONGEST)
                comb = self._fit(samples, longest, replace(candidate, hz=comb.f0_hz))
                evidence = weigh(comb, candidate.family)
                if not evidence.sure:
                    continue
            if evidence.provisional and evidence.steady:
                stop_s = self._sound.stop_s
                episode = Episode(candidate.family, stop_s - comb.windowing.seconds, stop_s)
                episode.measure(comb, evidence, self._sound)
                if self._leading_share(comb) < _LEAST_SHARE:
                    continue
                middle_s = stop_s - comb.windowing.seconds / 2
                episode.start_s, _ = self._extent(episode, samples, middle_s)
                if episode.start_s - self._sound.start_s < _AT_ONCE_S:
                    episode.start_s = self._sound.start_s
                self._open = episode
                self._append(episode)
                return

    def _leading_share(self, comb: Comb) -> float:
        """Of all power there is: what is in the strongest of the first three harmonics."""
        leading = float(np.max(comb.amplitudes[comb.numbers <= 3] ** 2, initial=0))
        return 0.5 * leading / max(self._sound.power(comb.windowing.seconds), 1e-20)

    def _goes_on(self, episode: Episode, samples: Samples, near_hz: float) -> bool:
        """Measure it as long as it is steady."""
        heard = self._heard(episode)
        windowing = self._windowing(samples, min(max(heard, _EVERY), _LONGEST))
        comb = self._fit(samples, windowing, Candidate(episode.family, near_hz, 0.0))
        evidence = weigh(comb, episode.family)
        confirmed = evidence.sure if heard >= _LONGEST else evidence.provisional
        there = evidence.steady and confirmed and self._leading_share(comb) >= _LEAST_SHARE
        if there:
            episode.measure(comb, evidence, self._sound)
        return there

    def _doubt(self, episode: Episode, samples: Samples) -> None:
        """It is not steady: has it ended, has it never been, or does something sound above it?"""
        newest = self._windowing(samples, _EVERY)
        line = self._fit(samples, newest, Candidate(episode.family, episode.f0_hz, 0.0))
        doubted_s = self._sound.stop_s - episode.measured_s
        if episode.sure and doubted_s < _SAME_S and episode.lasts(line):
            episode.heard_s, episode.settled = self._sound.stop_s, False
            return
        self._open = None
        brief = episode.measured_s - episode.start_s < _BRIEF_S
        if brief and episode.amount < _CLEAR and self._heard(episode) >= _LONGEST:
            self.episodes.remove(episode)
        elif doubted_s >= _SAME_S:
            episode.end_s = episode.measured_s
        elif episode.sure:
            _, episode.end_s = self._extent(episode, samples, episode.heard_s - 1.0)
        elif self._heard(episode) >= _LONGEST:
            self.episodes.remove(episode)

    def _heard(self, episode: Episode) -> int:
        """For how many blocks."""
        return round((self._sound.stop_s - episode.start_s) / self._sound.block_s)

    def _append(self, episode: Episode) -> None:
        before = self.episodes[-1] if self.episodes else None
        if (
            before is not None
            and before.family is episode.family
            and episode.start_s - before.end_s < _SAME_S
            and abs(before.f0_hz - episode.f0_hz) < _SAME_HZ
        ):
            episode.go_on_from(before)
            self.episodes.pop()
        self.episodes.append(episode)
        if len(self.episodes) > _MOST_EPISODES:
            first, second = self.episodes[:2]
            second.start_s = first.start_s
            del self.episodes[0]

    def _windowing(self, samples: Samples, blocks: int) -> Windowing:
        """Of the newest so many blocks, or of all there are; the last may be short."""
        sr = self._grid.lowest_sr
        seconds = min(blocks * self._grid.length / self._grid.sr, len(samples) / sr)
        return Windowing.of(sr, seconds)

    def _fit(self, samples: Samples, windowing: Windowing, candidate: Candidate) -> Comb:
        if candidate.family is AIRCRAFT:  # the lowest rate has its fundamental only
            low, sr = self._sound.low, self._grid.low_sr
            return fit_comb(low, Windowing.of(sr, len(low) / sr), candidate.hz)
        return fit_comb(samples, windowing, candidate.hz)

    def _extent(self, episode: Episode, samples: Samples, inside_s: float) -> tuple[float, float]:
        if episode.family is AIRCRAFT:
            samples, sr = self._sound.low, self._grid.low_sr
        else:
            sr = self._grid.lowest_sr
        return episode.extent(samples, sr, self._sound.stop_s, inside_s)
