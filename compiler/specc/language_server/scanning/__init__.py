"""What stands at an offset of a text that need not parse: scanners that go on after what they do not understand."""
