"""What engines on other machines have in common: how calls, values and the project get there, and results come back."""
