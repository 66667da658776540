"""Synthesised demo scenes: sounds worth watching, without a microphone."""

from livemel.sources.scenes.scene import Scene
from livemel.sources.scenes.table import DEFAULT_SCENE, SCENES, SceneInfo

__all__ = ["DEFAULT_SCENE", "SCENES", "Scene", "SceneInfo"]
