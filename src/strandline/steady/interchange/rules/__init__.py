"""How files are read and written: pure judgements on bytes, columns and rows.

`reading` opens a file by what is in it; `systems` says what its columns are; `rows` makes a person of a row;
`writing` writes what `reading` reads; `account` adds up what became of every row.
"""
