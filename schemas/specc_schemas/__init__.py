"""The language as models: one file a concept. The compiler validates with them, editors use schemas made from them."""

from specc_schemas.actions import Approve, Container, Http, WaitUntil
from specc_schemas.common import Defaults, Package, Parameter, ParameterOverride
from specc_schemas.compute import ComputeProfile
from specc_schemas.matrix import Matrix, MatrixNumbers, MatrixRandom, MatrixSource, Sample
from specc_schemas.pipeline import PipelineSpec
from specc_schemas.policies import Cache, OnError, Repeat, Retry
from specc_schemas.pulumi import Pulumi
from specc_schemas.quantities import parse_duration, parse_percent, parse_size
from specc_schemas.root import KINDS, LANGUAGE_VERSION, Root
from specc_schemas.stacks import Stack
from specc_schemas.steps import ACTIONS, Step
from specc_schemas.tests import Expectation, TestCase
from specc_schemas.triggers import Event, Schedule, Trigger

__all__ = [
    "ACTIONS",
    "KINDS",
    "LANGUAGE_VERSION",
    "Approve",
    "Cache",
    "ComputeProfile",
    "Container",
    "Defaults",
    "Event",
    "Expectation",
    "Http",
    "Matrix",
    "MatrixNumbers",
    "MatrixRandom",
    "MatrixSource",
    "OnError",
    "Package",
    "Parameter",
    "ParameterOverride",
    "PipelineSpec",
    "Pulumi",
    "Repeat",
    "Retry",
    "Root",
    "Sample",
    "Schedule",
    "Stack",
    "Step",
    "TestCase",
    "Trigger",
    "WaitUntil",
    "parse_duration",
    "parse_percent",
    "parse_size",
]
