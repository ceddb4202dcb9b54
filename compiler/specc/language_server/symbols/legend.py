"""The kinds of semantic tokens that the server speaks of; apart, as they are said when it starts."""

from lsprotocol import types

TYPES = ("namespace", "function", "parameter", "variable", "property", "keyword", "number", "string", "operator")
"""Their place here is their number."""
LEGEND = types.SemanticTokensLegend(list(TYPES), ["defaultLibrary"])
