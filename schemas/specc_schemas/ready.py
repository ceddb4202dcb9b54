"""Builds the validator of a root model without pydantic's search for plugins.

The search reads the metadata of every installed distribution, which takes as long as building the validator does. There
is a switch for it (`PYDANTIC_DISABLE_PLUGINS`), but it is read after `importlib.metadata` is imported, the slower half.
"""

import sys
from types import ModuleType
from typing import TypeVar

from pydantic import BaseModel

_LOADER = "pydantic.plugin._loader"

Root = TypeVar("Root", bound=BaseModel)


def ready(model: type[Root]) -> type[Root]:
    """The model, with its validator built.

    The search is left out only while this model is built, and only if nobody has searched yet. Should the module be
    called otherwise in another pydantic, its own search happens and nothing else changes.
    """
    if model.__pydantic_complete__:
        return model
    if _LOADER in sys.modules:
        model.model_rebuild()
        return model
    stand_in = ModuleType(_LOADER)
    stand_in.get_plugins = lambda: ()  # type: ignore[attr-defined]  # a stand-in module
    sys.modules[_LOADER] = stand_in
    try:
        model.model_rebuild()
    finally:
        if sys.modules.get(_LOADER) is stand_in:
            del sys.modules[_LOADER]
    return model
