"""What AWS's services take and give, from the models that botocore ships (the extra `aws`). It is not imported."""

from specc.services.models import Operation, Service, Shape, available, find_service
from specc.services.types import result_type

__all__ = ["Operation", "Service", "Shape", "available", "find_service", "result_type"]
