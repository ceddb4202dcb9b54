"""Times at which runs start: cron expressions, and when they fall."""

from specc.schedules.cron import Cron, CronError, CronField, parse_cron
from specc.schedules.times import is_zone, next_starts, odd_times, zones

__all__ = ["Cron", "CronError", "CronField", "is_zone", "next_starts", "odd_times", "parse_cron", "zones"]
