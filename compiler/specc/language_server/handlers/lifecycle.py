"""What the editor tells of itself and of its files."""

from __future__ import annotations

from lsprotocol import types

from specc.language_server.server import WATCHED, SpeccLanguageServer

_SOON = 0.2
"""Seconds after which the memory of a file that was closed is given back; others may be closed with it."""


def register(server: SpeccLanguageServer) -> None:
    """Add the handlers to a server."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.files.encoding = server.workspace.position_encoding
        options = params.initialization_options
        server.options = options if isinstance(options, dict) else {}
        if not server.options.get("clientCommands"):
            from specc.language_server.handlers.showing import register_commands

            register_commands(server)

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is None or not watching.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("specc-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(types.RegistrationParams([registration]))

    @server.feature(types.SHUTDOWN)
    def shutdown(*_: object) -> None:
        server.asked_to_end = True
        server.end()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        _take(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        _take(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        server.files.changed_on_disk()
        server.refresh(server.files.specs)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        dependants = [spec for spec in server.files.dependants(uri) if spec != uri]
        server.files.remove(uri)
        server.clear(uri)
        server.refresh(dependants)
        server.garbage.grows(_SOON)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(_: types.DidChangeWatchedFilesParams) -> None:
        server.files.changed_on_disk()
        server.refresh(server.files.specs)


def _take(server: SpeccLanguageServer, uri: str) -> None:
    was_spec = uri in server.files.specs
    before = set(server.files.dependants(uri))
    server.files.put(server.workspace.get_text_document(uri))
    affected = before | set(server.files.dependants(uri))
    server.refresh([spec for spec in server.files.specs if spec in affected])
    if was_spec and uri not in server.files.specs:
        server.clear(uri)
