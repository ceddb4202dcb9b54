"""What the compiler knows of expressions: their static types and their translation to JSONata."""
