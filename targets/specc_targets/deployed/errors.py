"""What goes wrong between here and AWS, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from specc.targets import TargetError

_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})
NO_BOTO = "AWS needs boto3; install with: pip install '.[aws]' in a clone of specc"


class NotReachable(TargetError):  # noqa: N818  # the name says it
    """There are no credentials, or no way to AWS."""

    code = 3


class NoRegion(NotReachable):
    """Nobody says which region."""


class Refused(TargetError):  # noqa: N818  # the name says it
    """AWS has refused something."""

    code = 1


@contextmanager
def told(
    endpoint: str | None = None, known_codes: Mapping[str, Callable[[], Exception]] | None = None
) -> Iterator[None]:
    """Turn what botocore raises into a `TargetError`: with 3 where something outside is missing, else with 1.

    `known_codes` says what to raise for codes of AWS that the caller knows more about.
    """
    try:
        from botocore import exceptions as known
        from botocore.parsers import ResponseParserError
    except ModuleNotFoundError:
        raise NotReachable(NO_BOTO) from None
    try:
        yield
    except (known.NoCredentialsError, known.PartialCredentialsError, known.CredentialRetrievalError) as error:
        said = "" if isinstance(error, known.NoCredentialsError) else f" ({error})"
        raise NotReachable(
            f"no AWS credentials were found{said}; set AWS_PROFILE, or run `aws configure` or `aws sso login`"
        ) from None
    except (known.ProfileNotFound, known.ConfigParseError) as error:
        raise NotReachable(str(error)) from None
    except (known.SSOError, known.TokenRetrievalError) as error:
        raise NotReachable(f"{error}; run `aws sso login`") from None
    except known.NoRegionError:
        raise NoRegion("no AWS region is set; write `region` into the stack, or set AWS_REGION") from None
    except (known.HTTPClientError, known.ConnectionError) as error:
        at = endpoint or str(getattr(error, "kwargs", {}).get("endpoint_url") or "AWS")
        advice = "; is the emulator running?" if endpoint else "; is there a way to the internet?"
        raise NotReachable(f"nothing answers at {at}{advice}") from None
    except known.ClientError as error:
        better = (known_codes or {}).get(code_of(error))
        raise (better() if better is not None else _refused(error)) from None
    except ResponseParserError:
        raise Refused(f"{endpoint or 'AWS'} gives answers that are none of AWS's") from None
    except known.BotoCoreError as error:
        raise Refused(str(error)) from None


def client_error() -> type[Exception]:
    """What botocore raises where AWS refuses something: for `except`. Raises `NotReachable` without boto3."""
    try:
        from botocore.exceptions import ClientError
    except ModuleNotFoundError:
        raise NotReachable(NO_BOTO) from None
    return ClientError


def code_of(error: Exception) -> str:
    """The code of a `ClientError`, such as `NoSuchKey`."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def message_of(error: Exception) -> str:
    """The message of a `ClientError`, without botocore's preface."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Message", "")) or str(error)


def _refused(error: Exception) -> TargetError:
    code, operation = code_of(error), getattr(error, "operation_name", "a call")
    if code in _CREDENTIALS:
        return NotReachable(f"AWS does not take these credentials: {message_of(error)}; renew them")
    if code in _DENIED:
        return NotReachable(f"these credentials may not do this: {operation}: {message_of(error)}")
    return Refused(f"{operation}: {message_of(error)} ({code})")
