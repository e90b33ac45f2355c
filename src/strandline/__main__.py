"""`python -m strandline` is the same as `strandline`."""

from strandline.cli.main import main

main()
