"""The page about a run: what its directory tells, in one HTML file."""

from specc_targets.report.page import write_page

__all__ = ["write_page"]
