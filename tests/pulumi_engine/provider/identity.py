"""Roles and their permissions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.kind import TAGS, Kind, State, tag_list, tag_map
from pulumi_engine.provider.shapes import Field, Given, Shape

_GONE = ("NoSuchEntity",)


class Role(Kind):
    """A role."""

    token = "aws:iam/role:Role"
    shape: ClassVar[Shape] = {
        "name": Field(api="RoleName", new=True),
        "assumeRolePolicy": Field(api="AssumeRolePolicyDocument", json=True, required=True),
        "description": Field(api="Description", default=""),
        "path": Field(api="Path", new=True),
        "maxSessionDuration": Field(api="MaxSessionDuration", of=int, default=3600),
        "permissionsBoundary": Field(api="PermissionsBoundary"),
        "forceDetachPolicies": Field(of=bool),
        "tags": TAGS,
    }
    autoname = "name"
    virtual = frozenset({"forceDetachPolicies"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        request = self.request(given)
        given.take("forceDetachPolicies")
        tags = tag_list(given.take("tags"))
        given.done()
        cloud.call(f"creating IAM Role ({request['RoleName']})", "iam", "CreateRole", **request, Tags=tags)
        return str(request["RoleName"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """All of it."""
        found = cloud.ask("iam", "GetRole", _GONE, RoleName=id)
        if found is None:
            return None
        role = found["Role"]
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        told = self.told({**role, "AssumeRolePolicyDocument": json.dumps(role["AssumeRolePolicyDocument"])})
        return {
            **told,
            **({"permissionsBoundary": boundary} if boundary else {}),
            "arn": role["Arn"],
            "uniqueId": role["RoleId"],
            "createDate": role["CreateDate"].isoformat(),
            "tags": tag_map(role.get("Tags", [])),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change it."""
        request = self.request(given, resetting=changed - {"tags", "forceDetachPolicies"})
        given.take("forceDetachPolicies")
        tags = given.take("tags", {})
        given.done()
        action = f"updating IAM Role ({id})"
        if "assumeRolePolicy" in changed:
            document = request["AssumeRolePolicyDocument"]
            cloud.call(action, "iam", "UpdateAssumeRolePolicy", RoleName=id, PolicyDocument=document)
        rest = {key: request[key] for key in ("Description", "MaxSessionDuration") if key in request}
        if changed & {"description", "maxSessionDuration"}:
            cloud.call(action, "iam", "UpdateRole", RoleName=id, **rest)
        if "permissionsBoundary" in changed:
            boundary = request["PermissionsBoundary"]
            cloud.call(action, "iam", "PutRolePermissionsBoundary", RoleName=id, PermissionsBoundary=boundary)
        if "tags" in changed:
            old = tag_map(cloud.call(action, "iam", "ListRoleTags", RoleName=id)["Tags"])
            if old:
                cloud.call(action, "iam", "UntagRole", RoleName=id, TagKeys=sorted(old))
            cloud.call(action, "iam", "TagRole", RoleName=id, Tags=tag_list(tags))
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it; what others attached must be gone."""
        cloud.call(f"deleting IAM Role ({id})", "iam", "DeleteRole", RoleName=id)


class RolePolicy(Kind):
    """Permissions inside a role. Putting them over others of the same name goes unnoticed, with the real one too."""

    token = "aws:iam/rolePolicy:RolePolicy"
    shape: ClassVar[Shape] = {
        "name": Field(api="PolicyName", new=True),
        "policy": Field(api="PolicyDocument", json=True, required=True),
        "role": Field(api="RoleName", new=True, required=True),
    }
    autoname = "name"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put it."""
        request = self.request(given)
        given.done()
        action = f"putting IAM Role ({request['RoleName']}) Policy ({request['PolicyName']})"
        cloud.call(action, "iam", "PutRolePolicy", **request)
        return f"{request['RoleName']}:{request['PolicyName']}"

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Get it."""
        role, _, name = id.partition(":")
        found = cloud.ask("iam", "GetRolePolicy", _GONE, RoleName=role, PolicyName=name)
        if found is None:
            return None
        return {"name": name, "role": role, "policy": json.dumps(found["PolicyDocument"])}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put it again."""
        return self.create(cloud, given)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        role, _, name = id.partition(":")
        cloud.call("deleting IAM Role Policy", "iam", "DeleteRolePolicy", RoleName=role, PolicyName=name)


class RolePolicyAttachment(Kind):
    """A managed policy of a role."""

    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    shape: ClassVar[Shape] = {
        "role": Field(api="RoleName", new=True, required=True),
        "policyArn": Field(api="PolicyArn", new=True, required=True),
    }

    def create(self, cloud: Cloud, given: Given) -> str:
        """Attach it."""
        request = self.request(given)
        given.done()
        cloud.call("attaching IAM Policy", "iam", "AttachRolePolicy", **request)
        return f"{request['RoleName']}/{request['PolicyArn']}"

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Whether it is attached."""
        role, _, arn = id.partition("/")
        found = cloud.ask("iam", "ListAttachedRolePolicies", _GONE, RoleName=role)
        attached = found is not None and any(item["PolicyArn"] == arn for item in found["AttachedPolicies"])
        return {"role": role, "policyArn": arn} if attached else None

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Detach it."""
        role, _, arn = id.partition("/")
        cloud.call("detaching IAM Policy", "iam", "DetachRolePolicy", RoleName=role, PolicyArn=arn)


class InstanceProfile(Kind):
    """What gives a role to a machine."""

    token = "aws:iam/instanceProfile:InstanceProfile"
    shape: ClassVar[Shape] = {
        "name": Field(api="InstanceProfileName", new=True),
        "path": Field(api="Path", new=True),
        "role": Field(),
        "tags": TAGS,
    }
    autoname = "name"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        request = self.request(given)
        role, tags = given.take("role"), tag_list(given.take("tags"))
        given.done()
        name = str(request["InstanceProfileName"])
        action = f"creating IAM Instance Profile ({name})"
        cloud.call(action, "iam", "CreateInstanceProfile", **request, Tags=tags)
        if role:
            cloud.call(action, "iam", "AddRoleToInstanceProfile", InstanceProfileName=name, RoleName=role)
        return name

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Its role."""
        found = cloud.ask("iam", "GetInstanceProfile", _GONE, InstanceProfileName=id)
        if found is None:
            return None
        profile = found["InstanceProfile"]
        roles = [item["RoleName"] for item in profile["Roles"]]
        tags = tag_map(profile.get("Tags", []))
        return {**self.told(profile), "arn": profile["Arn"], "role": roles[0] if roles else None, "tags": tags}

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        if state.get("role"):
            given = {"InstanceProfileName": id, "RoleName": state["role"]}
            cloud.call("deleting IAM Instance Profile", "iam", "RemoveRoleFromInstanceProfile", **given)
        cloud.call("deleting IAM Instance Profile", "iam", "DeleteInstanceProfile", InstanceProfileName=id)


KINDS = (Role, RolePolicy, RolePolicyAttachment, InstanceProfile)
