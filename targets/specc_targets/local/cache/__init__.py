"""The cache across runs: `cache = true` on a step."""

from specc_targets.local.cache.cache import Cache, Hit
from specc_targets.local.cache.fingerprint import Fingerprint
from specc_targets.local.cache.key import Key

__all__ = ["Cache", "Fingerprint", "Hit", "Key"]
