"""What is told of what the pointer rests on."""
