"""What is offered while somebody types."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from specc.language_server.addresses import path_of
from specc.language_server.server import SpeccLanguageServer

_TRIGGERS = [".", "$", "{", '"', "'", ":", "[", "=", "/", " "]
"""Letters after which something new may be offered without a word being begun."""


def _folders(server: SpeccLanguageServer) -> tuple[Path, ...]:
    """The folders that the editor has open."""
    workspace = server.workspace
    uris = [folder.uri for folder in workspace.folders.values()] or [workspace.root_uri or ""]
    return tuple(path_of(uri) for uri in uris if uri)


def register(server: SpeccLanguageServer) -> None:
    """Add the handlers to a server."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS))
    def completion(params: types.CompletionParams) -> types.CompletionList | None:
        from specc.language_server.completion.complete import complete
        from specc.language_server.completion.suggestion import Client

        analysis = server.analysis(params.text_document.uri)
        if analysis is None:
            return None
        capabilities = server.client_capabilities.text_document
        known = capabilities.completion.completion_item if capabilities and capabilities.completion else None
        client = Client(
            snippets=bool(known and known.snippet_support),
            markdown=bool(known and types.MarkupKind.Markdown in (known.documentation_format or ())),
            schema=server.options.get("schemaCompletion") is not False,
            folders=_folders(server),
        )
        return complete(analysis, analysis.positions.offset(params.position), client)

    options = types.SignatureHelpOptions(trigger_characters=["(", ","])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, options)
    def signature(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        from specc.language_server.completion.signature import signature_help

        analysis = server.analysis(params.text_document.uri)
        return signature_help(analysis, analysis.positions.offset(params.position)) if analysis is not None else None
