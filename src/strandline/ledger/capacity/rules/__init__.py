"""The judgements of what-if.

`bound` is exact and comes first, `interest` says what waiting costs, `queue` is the theory of call centres exactly and by
simulation, `forecast` draws a thousand possible waves, `history` learns from one's own, `remedy` finds the smallest
change, `explain` says how each figure is counted.
"""
