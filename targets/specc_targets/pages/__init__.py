"""What pages of specc have in common: one HTML file each, which loads nothing and runs nothing but its own script."""

from specc_targets.pages.page import Parts, embedded, page, static

__all__ = ["Parts", "embedded", "page", "static"]
