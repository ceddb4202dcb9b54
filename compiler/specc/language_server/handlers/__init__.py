"""The messages that the server answers, by what they are for. Each handler calls the module that knows the answer."""
