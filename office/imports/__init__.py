"""Imports: read a file, show what it would do, do it, take it back.

`reading` opens files, `mapping` reads maps, `fields` turns cells into values, `kinds` is the registry that the rooms
fill, `preview` decides each row, `applying` writes it, `undoing` takes a batch back.
"""
