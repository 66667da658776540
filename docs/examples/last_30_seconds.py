import livemel

heard = livemel.RollingInput("whisper-80")  # the last 30 s


def model(features):  # any callable
    print(features.shape, features.dtype, features.max())


with livemel.open_source("demo") as source:  # "mic" is the microphone
    for block in source.columns(heard.frontend, seconds=3, every_s=1):
        heard.push(block.values)
        model(heard.array())  # (80, 3000) float32, as WhisperFeatureExtractor gives them
