"""What changes a spec's text: quick fixes and formatting."""

from __future__ import annotations

from lsprotocol import types

from specc.language_server.server import SpeccLanguageServer


def register(server: SpeccLanguageServer) -> None:
    """Add the handlers to a server."""
    kinds: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        from specc.language_server.code_actions import code_actions

        analysis = server.analysis(params.text_document.uri)
        return code_actions(analysis, params.range, params.context.only) if analysis is not None else []

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        from specc.language_server.reformatting import reformat

        return reformat(server.files, params.text_document.uri)
