"""The intermediate representation: typed immutable operations in regions that own their graph."""
