"""What a program would do to an account, told without the Pulumi CLI, plugins or credentials."""
