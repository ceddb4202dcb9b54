"""Sizes of what travels between steps, in bytes of JSON. Step Functions holds 256 KiB a state and a variable."""

THRESHOLD = 8 * 1024
"""Up to which a value travels itself, unless its request says less."""
REFERENCE = 384
"""What a reference to the store takes, at most."""
PROJECTION_LIMIT = 2 * 1024
"""What the projections of one result may have together, unless its request says less: conditions read small things."""
ITEMS_LIMIT = 96 * 1024
"""What the items of a map may have together to be given back inline."""
OUTPUTS_LIMIT = 192 * 1024
"""What the outputs of a run may have together; room is left for their names."""
