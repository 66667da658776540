"""Where sound comes from. Every source writes into a SampleRing and is read by the engine."""
