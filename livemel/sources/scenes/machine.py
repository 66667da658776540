"""A slow machine: a shaft, a pair of gears, and a bearing with a cracked inner ring."""

from collections.abc import Iterator

import numpy as np

from livemel.sources.scenes.parts import (
    Canvas,
    Floats,
    Noise,
    Samples,
    amplitude,
    audible,
    band,
    control_hop,
    ease,
    harmonics,
    lines,
)

# A 6205 deep-groove ball bearing: 9 balls of 7.94 mm on a pitch circle of 39.04 mm.
BALLS = 9
BALL_MM, PITCH_MM = 7.94, 39.04
CONTACT_RAD = 0.0
TEETH = 23  # of the gear on the shaft
SHAFT_HZ = (5.0, 13.0)  # 300 to 780 turns a minute: slow enough to see single impacts
RESONANCES = (  # of the housing: Hz, decay in s, level
    (1150.0, 0.0060, 0.25),
    (2100.0, 0.0030, 0.35),
    (2950.0, 0.0045, 1.0),
    (3350.0, 0.0030, 0.7),
    (5200.0, 0.0025, 0.6),
    (6100.0, 0.0018, 0.4),
    (9300.0, 0.0012, 0.35),
)


def ball_pass_orders() -> tuple[float, float]:
    """(outer, inner): balls that pass a point of each ring, per turn of the shaft.

    BPFO = n/2 · fr · (1 - d/D · cos φ),  BPFI = n/2 · fr · (1 + d/D · cos φ), with n balls of
    diameter d on a pitch circle D at contact angle φ. Randall & Antoni (2011), "Rolling element
    bearing diagnostics - a tutorial", Mech. Syst. Signal Process. 25, 485-520.
    """
    ratio = BALL_MM / PITCH_MM * np.cos(CONTACT_RAD)
    return 0.5 * BALLS * (1.0 - ratio), 0.5 * BALLS * (1.0 + ratio)


def _ring(sr: int) -> Floats:
    """What one impact sounds like: resonances of the housing, each ringing for some ms."""
    t = np.arange(round(0.05 * sr)) / sr
    y = np.zeros(t.size)
    for f, tau_s, level in RESONANCES:
        gain = level * float(audible(np.array(f), sr))
        y += gain * np.exp(-t / tau_s) * np.sin(2 * np.pi * f * t)
    return y


def _tone_gains(rng: np.random.Generator) -> Floats:
    """Amplitudes of the orders of the shaft, order 1 first: unbalance, gear mesh, sidebands."""
    orders = np.arange(1, 6 * TEETH + 3)
    gains = amplitude(-31.0) * np.where(orders <= 12, orders**-0.6, 0.0)
    for mesh, level in enumerate((-29.0, -32.0, -38.0, -43.0, -47.0, -53.0), 1):
        for side, below in ((0, 0.0), (1, -11.0), (2, -20.0)):
            for order in {mesh * TEETH - side, mesh * TEETH + side}:
                gains[order - 1] += amplitude(level + below + rng.uniform(-2.0, 2.0))
    out: Floats = gains
    return out


def _speeds(rng: np.random.Generator, seconds: float) -> Iterator[Floats]:
    """The shaft's speed in Hz, 51 points per piece of so many seconds: holds, runs up, slows."""
    low, high = SHAFT_HZ
    now, fast = 6.0, False
    while True:
        fast = not fast
        goal = rng.uniform(10.0, high) if fast else rng.uniform(low, 7.5)
        for start, end, long in (
            (now, now, rng.uniform(1.5, 4.0)),
            (now, goal, abs(goal - now) * rng.uniform(0.4, 0.9)),
        ):
            pieces = max(1, round(long / seconds))
            for i in range(pieces):
                x = (i + np.arange(51) / 50) / pieces
                yield start + (end - start) * ease(x)
        now = goal


def bearing(sr: int, rng: np.random.Generator) -> Iterator[Samples]:
    """A machine whose inner bearing ring is cracked; speed and load change.

    Each ball that rolls over the crack strikes the housing's resonances, BPFI = 5.42 times a turn;
    it strikes hardest when the crack stands in the load zone, so the shaft modulates the blows.
    """
    noise_rng, plan_rng, blow_rng = rng.spawn(3)
    floor = Noise(noise_rng, sr, -75.0)
    rush = Noise(noise_rng, sr, -51.0, band(500.0, 1.6))  # oil and air, louder with speed
    ring, orders = _ring(sr), _tone_gains(plan_rng)
    air, hop, steps = Canvas(), control_hop(sr), 50
    bpfi = ball_pass_orders()[1]
    turn, next_blow, now = 0.0, 0.5, 0.0
    for speed in _speeds(plan_rng, steps * hop / sr):
        t = now + np.arange(steps + 1) * (hop / sr)
        load = 0.7 + 0.3 * np.sin(2 * np.pi * t / 17.0)
        turns = turn + np.concatenate(([0.0], np.cumsum(lines(speed, hop)))) / sr
        while next_blow < turns[-1]:
            at = int(np.searchsorted(turns[:-1], next_blow))
            zone = 0.1 + 0.9 * (0.5 + 0.5 * np.cos(2 * np.pi * next_blow)) ** 2
            force = amplitude(-20.0) * zone * load[at // hop] * blow_rng.uniform(0.8, 1.2)
            air.add(at, force * ring)
            # Balls slip a little: 1.5 % of scatter keeps the impacts from being a pure tone.
            next_blow += blow_rng.normal(1.0, 0.015) / bpfi
        tones = orders[:, None] * (0.5 + 0.5 * speed / SHAFT_HZ[1]) * (0.6 + 0.4 * load)
        y = harmonics(2 * np.pi * turns[:-1], tones)
        y += lines((speed / SHAFT_HZ[1]) ** 1.5, hop) * rush.take(y.size)
        y += air.take(y.size) + floor.take(y.size)
        now = float(t[-1])
        # Whole turns are taken off both, so that neither grows and loses digits over hours.
        whole = np.floor(turns[-1])
        turn, next_blow = float(turns[-1] - whole), float(next_blow - whole)
        yield y.astype(np.float32)
