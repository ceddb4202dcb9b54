"""What is answered to a message that is out of turn, malformed, cancelled, or on which a handler fails.

The library keeps silent on some of these, and shows tracebacks to the user for others; the protocol wants an answer
with the request's number. What a handler fails on is told in one line of standard error.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.protocol import LanguageServerProtocol

Message = dict[str, Any]
"""A message as JSON has it."""
_log = logging.getLogger("specc.language_server")
_Codes = types.ErrorCodes
_OWN_TURN = frozenset({types.INITIALIZE, types.SHUTDOWN})
"""Requests that are answered even when the editor takes them back."""


class SpeccProtocol(LanguageServerProtocol):
    """Handles the messages of one editor, one after the other."""

    def __init__(self, *arguments: Any) -> None:
        self._queue: deque[object] = deque()
        self._cancelled: set[int | str] = set()
        super().__init__(*arguments)
        for kind in (int, str):  # as it comes, the converter takes `"1"` for a line, and null for an address
            self._converter.register_structure_hook(kind, _exactly)
        self.end: Callable[[], None] = lambda: None
        """Is called when the editor says `exit`."""

    # --- what has come, and is not handled yet

    @property
    def waiting(self) -> bool:
        """Whether a message has come that is not handled."""
        return bool(self._queue)

    def take(self, message: object) -> None:
        """Put a message, or None for what is not JSON, at the end of the queue; called by the thread that reads."""
        if isinstance(message, dict) and message.get("method") == types.CANCEL_REQUEST:
            number = _cancelled_number(message)
            if number is not None:
                self._cancelled.add(number)
        self._queue.append(message)

    def handle_next(self) -> None:
        """Handle the message that waits for the longest time, if any does."""
        if self._queue:
            self.handle_message(self._queue.popleft())

    # --- messages

    def structure_message(self, data: Message) -> Any:
        """Leave JSON as it is: `handle_message` knows better what to answer when it is malformed."""
        return data

    def handle_message(self, message: Any) -> None:
        """Handle a message as JSON has it, and answer it when it is a request."""
        if message is None:
            self._refuse(None, _Codes.ParseError, "this is not JSON")
        elif not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            number = message.get("id") if isinstance(message, dict) else None
            self._refuse(number, _Codes.InvalidRequest, "this is no message of JSON-RPC 2.0")
        elif "method" not in message:
            self._take_answer(message)
        elif "id" in message:
            self._take_request(message)
        else:
            self._take_notification(message)

    def _take_request(self, message: Message) -> None:
        number, method = message["id"], message["method"]
        if not isinstance(number, int | str) or not isinstance(method, str):
            self._refuse(number, _Codes.InvalidRequest, "a request has a number, and the name of a method")
        elif self._shutdown:
            self._refuse(number, _Codes.InvalidRequest, "the server was told to shut down")
        elif (method == types.INITIALIZE) == self._is_initialized:
            told = "the server is initialized already" if self._is_initialized else "`initialize` must come first"
            code = _Codes.InvalidRequest if self._is_initialized else _Codes.ServerNotInitialized
            self._refuse(number, code, told)
        elif number in self._cancelled and method not in _OWN_TURN:
            self._refuse(number, types.LSPErrorCodes.RequestCancelled, "the request was cancelled")
        else:
            self._handle_known_request(number, method, message)

    def _handle_known_request(self, number: int | str, method: str, message: Message) -> None:
        try:
            self._get_handler(method)
        except JsonRpcMethodNotFound:
            self._refuse(number, _Codes.MethodNotFound, f"there is no method `{method}`")
            return
        request = self._structured(message)
        if request is None:
            self._refuse(number, _Codes.InvalidParams, f"these are no parameters of `{method}`")
        else:
            super().handle_message(request)

    def _take_notification(self, message: Message) -> None:
        method = message["method"]
        if method == types.EXIT:
            self.end()
        elif self._is_initialized and not self._shutdown:
            notification = self._structured(message)
            if notification is not None:
                super().handle_message(notification)
        number = _cancelled_number(message) if method == types.CANCEL_REQUEST else None
        if number is not None:
            self._cancelled.discard(number)

    def _take_answer(self, message: Message) -> None:
        number = message.get("id")
        if not isinstance(number, int | str) or number not in self._request_futures:
            return
        known = types.ResponseErrorMessage if "error" in message else self._result_types.pop(number, None)
        try:
            super().handle_message(self._converter.structure(message, known))
        except Exception:  # whatever the library raises, the editor's answer is none
            self._request_futures.pop(number).cancel()

    def _structured(self, message: Message) -> Any:
        """The message with parameters of the types that its method has; None for one that is malformed."""
        kind = self.get_message_type(message["method"])
        if kind is None:
            return None
        try:
            found = self._converter.structure(message, kind)
        except Exception:  # errors of many kinds, by what is wrong
            return None
        return found if hasattr(found, "id") == ("id" in message) else None

    @property
    def _is_initialized(self) -> bool:
        return self._workspace is not None

    # --- answers

    def _send_handler_result(self, future: Any, *, msg_id: int | str) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._refuse(msg_id, types.LSPErrorCodes.RequestCancelled, "the request was cancelled")
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, JsonRpcException):
            self._refuse(msg_id, error.code, error.message)
        else:
            tell("a request failed", error)
            self._refuse(msg_id, _Codes.InternalError, f"the server failed on this: {type(error).__name__}")

    def _check_handler_result(self, future: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None:
            tell("a notification failed", error)

    def _refuse(self, number: object, code: int, why: str) -> None:
        known = number if isinstance(number, int | str) else None
        self._send_data(types.ResponseErrorMessage(known, types.ResponseError(int(code), why)))


def tell(what: str, error: BaseException) -> None:
    """Write one line about a failure to standard error."""
    said = " ".join("".join(traceback.format_exception_only(error)).split())
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    _log.error("specc lsp: %s: %s%s", what, said, where)


def _cancelled_number(message: Message) -> int | str | None:
    params = message.get("params")
    number = params.get("id") if isinstance(params, dict) else None
    return number if isinstance(number, int | str) else None


def _exactly(value: Any, kind: type) -> Any:
    if kind not in (int, str):  # an enumeration of them
        return kind(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"this is no {kind.__name__}")
    return value
