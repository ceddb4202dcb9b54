"""Log groups and alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import InputError
from pulumi_engine.provider.kind import TAGS, Kind, State, retag, tag_list, tags_of
from pulumi_engine.provider.shapes import Field, Given, Many, Shape, Table

_DAYS = (0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days that a log may be kept (Amazon CloudWatch Logs API Reference, PutRetentionPolicy); 0 is for ever."""


class LogGroup(Kind):
    """A log group."""

    token = "aws:cloudwatch/logGroup:LogGroup"
    shape: ClassVar[Shape] = {
        "name": Field(new=True),
        "retentionInDays": Field(of=int),
        "skipDestroy": Field(of=bool),
        "tags": TAGS,
    }
    autoname = "name"
    virtual = frozenset({"skipDestroy"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        name, tags, days = given.take("name"), given.take("tags"), given.take("retentionInDays")
        given.take("skipDestroy")
        given.done()
        said = {"tags": tags} if tags else {}
        self._check(days)
        action = f"creating CloudWatch Logs Log Group ({name})"
        cloud.call(action, "logs", "CreateLogGroup", logGroupName=name, **said)
        self._keep(cloud, name, days)
        return str(name)

    def _check(self, days: float | None) -> None:
        if days is not None and days not in _DAYS:
            raise InputError("retentionInDays", f"expected one of {_DAYS}, got {days}")

    def _keep(self, cloud: Cloud, name: str, days: float | None) -> None:
        if days:
            cloud.call("", "logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=int(days))

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Find it in the list."""
        found = cloud.call("reading", "logs", "DescribeLogGroups", logGroupNamePrefix=id)["logGroups"]
        group = next((item for item in found if item["logGroupName"] == id), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        tags = tags_of(cloud, "logs", arn, listed=None)
        return {"name": id, "arn": arn, "retentionInDays": group.get("retentionInDays", 0), "tags": tags}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change how long it keeps."""
        days, tags = given.take("retentionInDays"), given.take("tags", {})
        given.take("name"), given.take("skipDestroy")
        given.done()
        self._check(days)
        if "retentionInDays" in changed and not days:
            cloud.call("", "logs", "DeleteRetentionPolicy", logGroupName=id)
        self._keep(cloud, id, days)
        if "tags" in changed:
            arn = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{id}"
            retag(cloud, "logs", arn, tags, listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it, unless it is to stay."""
        if not state.get("skipDestroy"):
            cloud.call(f"deleting CloudWatch Logs Log Group ({id})", "logs", "DeleteLogGroup", logGroupName=id)


class MetricAlarm(Kind):
    """An alarm. One of the same name is written over, with the real one too."""

    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    shape: ClassVar[Shape] = {
        "name": Field(api="AlarmName", new=True),
        "comparisonOperator": Field(api="ComparisonOperator", required=True),
        "evaluationPeriods": Field(api="EvaluationPeriods", of=int, required=True),
        "metricName": Field(api="MetricName"),
        "namespace": Field(api="Namespace"),
        "period": Field(api="Period", of=int),
        "statistic": Field(api="Statistic"),
        "threshold": Field(api="Threshold", of=float),
        "unit": Field(api="Unit"),
        "datapointsToAlarm": Field(api="DatapointsToAlarm", of=int),
        "treatMissingData": Field(api="TreatMissingData", default="missing"),
        "alarmDescription": Field(api="AlarmDescription", default=""),
        "actionsEnabled": Field(api="ActionsEnabled", of=bool, default=True),
        "alarmActions": Field(api="AlarmActions", of=Many(str, unordered=True), default=[]),
        "okActions": Field(api="OKActions", of=Many(str, unordered=True), default=[]),
        "insufficientDataActions": Field(api="InsufficientDataActions", of=Many(str, unordered=True), default=[]),
        "dimensions": Field(of=Table()),
        "tags": TAGS,
    }
    autoname = "name"
    _LISTED = ("ResourceARN", "Tags", "TagKeys")

    def _put(self, cloud: Cloud, given: Given, changed: frozenset[str], tags: bool) -> str:
        request = self.request(given, resetting=changed - {"tags", "dimensions"})
        request["Dimensions"] = tag_list(given.take("dimensions"), "Name", "Value")
        said = given.take("tags")
        given.done()
        if tags and said:
            request["Tags"] = tag_list(said)
        name = request["AlarmName"]
        if request.get("TreatMissingData") not in (None, "missing", "ignore", "breaching", "notBreaching"):
            raise InputError("treatMissingData", f"unexpected value {request['TreatMissingData']}")
        cloud.call(f"creating CloudWatch Metric Alarm ({name})", "cloudwatch", "PutMetricAlarm", **request)
        return str(name)

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put it."""
        return self._put(cloud, given, frozenset(), tags=True)

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        found = cloud.call("reading", "cloudwatch", "DescribeAlarms", AlarmNames=[id])["MetricAlarms"]
        if not found:
            return None
        arn = found[0]["AlarmArn"]
        return {
            **self.told(found[0]),
            "arn": arn,
            "dimensions": {item["Name"]: item["Value"] for item in found[0].get("Dimensions", ())},
            "tags": tags_of(cloud, "cloudwatch", arn, listed=self._LISTED),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put it again."""
        self._put(cloud, given, changed, tags=False)
        if "tags" in changed:
            arn = f"arn:aws:cloudwatch:{cloud.region}:{cloud.account}:alarm:{id}"
            retag(cloud, "cloudwatch", arn, given.inputs.get("tags", {}), listed=self._LISTED)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        cloud.call(f"deleting CloudWatch Metric Alarm ({id})", "cloudwatch", "DeleteAlarms", AlarmNames=[id])


KINDS = (LogGroup, MetricAlarm)
