"""Where a run's metrics go besides its own folder."""

from typing import Annotated

from specc_schemas.base import Model
from specc_schemas.values import Text, form

_SERVER = r"https?://[^\s/@]+(?:/[^\s@]*)?|off"
"""Never with a password in it: that would be shown."""


class Tracking(Model):
    """Tracking of experiments: runs with their parameters, metrics and files."""

    mlflow: Annotated[str, form(_SERVER, "the address of an MLflow server", '"http://127.0.0.1:5000"')] | None = None
    """Address of an MLflow server, or `off`. A user and password stand in `MLFLOW_TRACKING_USERNAME` and
    `MLFLOW_TRACKING_PASSWORD`, a token in `MLFLOW_TRACKING_TOKEN`. Default: none.
    Example: `"http://127.0.0.1:5000"`."""
    experiment: Text | None = None
    """The experiment that runs belong to; it is made where there is none. Default: the spec's name.
    Example: `"birds"`."""
    tags: dict[str, str] | None = None
    """Tags of every run. Default: none. Example: `{ team = "data" }`."""
