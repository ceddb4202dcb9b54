"""What finds its way through specs: definitions, uses, renaming, outlines; and the colours of expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from specc.language_server.server import SpeccLanguageServer
from specc.language_server.symbols.legend import LEGEND

if TYPE_CHECKING:
    from specc.language_server.symbols.requests import Requests


def register(server: SpeccLanguageServer) -> None:
    """Add the handlers to a server."""
    answering = _Answering(server)
    _register_names(server, answering)
    _register_shapes(server, answering)


class _Answering:
    """Makes what answers one request."""

    def __init__(self, server: SpeccLanguageServer) -> None:
        self._server = server

    def __call__(self) -> Requests:
        from specc.language_server.symbols.requests import Requests

        return Requests(self._server, self._server.files.disk)


def _register_names(server: SpeccLanguageServer, answering: _Answering) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> list[types.Location]:
        return answering().definition(params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        declared = params.context.include_declaration
        return answering().references(params.text_document.uri, params.position, declared=declared)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        return answering().highlights(params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare_rename(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        from specc.language_server.symbols.renaming import Refusal

        try:
            return answering().prepare_rename(params.text_document.uri, params.position)
        except Refusal as refusal:
            raise _refused(refusal) from None

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        from specc.language_server.symbols.renaming import Refusal

        try:
            return answering().rename(params.text_document.uri, params.position, params.new_name)
        except Refusal as refusal:
            raise _refused(refusal) from None

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return answering().links(params.text_document.uri)


def _refused(refusal: Exception) -> JsonRpcException:
    return JsonRpcException(str(refusal), types.LSPErrorCodes.RequestFailed.value)


def _register_shapes(server: SpeccLanguageServer, answering: _Answering) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbol(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
        return answering().outline(params.text_document.uri)

    @server.feature(types.WORKSPACE_SYMBOL)
    def workspace_symbol(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        return answering().workspace_symbols(params.query)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding_range(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return answering().folding(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def tokens(params: types.SemanticTokensParams) -> types.SemanticTokens:
        return answering().tokens(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
    def tokens_in_range(params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
        return answering().tokens(params.text_document.uri, params.range)
