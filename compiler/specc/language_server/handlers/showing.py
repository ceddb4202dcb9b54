"""What is shown beside a spec's text: hovers, lenses, and what those start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specc.language_server.server import SpeccLanguageServer

if TYPE_CHECKING:
    from specc.language_server.commands import Commands


def register(server: SpeccLanguageServer) -> None:
    """Add the handlers to a server."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        from specc.language_server.hover.hover import hover

        analysis = server.analysis(params.text_document.uri)
        if analysis is None:
            return None
        text_document = server.client_capabilities.text_document
        wanted = text_document.hover.content_format if text_document and text_document.hover else None
        markdown = wanted is None or types.MarkupKind.Markdown in wanted
        schema = server.options.get("schemaCompletion") is not False
        return hover(analysis, analysis.positions.offset(params.position), markdown=markdown, schema=schema)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        from specc.language_server.lenses import lenses

        analysis = server.analysis(params.text_document.uri)
        return lenses(analysis) if analysis is not None else []


def register_commands(server: SpeccLanguageServer) -> None:
    """Add the commands of the lenses, for an editor that has none of its own for them."""
    from specc.language_server.commands import Commands
    from specc.language_server.lenses import COMMANDS

    commands = Commands(server)
    server.at_end.append(commands.end)
    for name in COMMANDS:
        _register_command(server, commands, name)


def _register_command(server: SpeccLanguageServer, commands: Commands, name: str) -> None:
    @server.command(name)
    async def start(*arguments: Any) -> None:  # of a narrower type, pygls would hand over the server first
        await commands.start(name, arguments)
