"""The configurations of a matrix: axes, their combinations, and files of whole configurations."""

from specc.matrix.expand import Expansion, expand
from specc.matrix.files import Cells, FileFault, read_cells

__all__ = ["Cells", "Expansion", "FileFault", "expand", "read_cells"]
