"""Static types of values: what an expression gives, a parameter takes, a step returns."""

from __future__ import annotations

from dataclasses import dataclass
