"""Mirror of `strandline.lib`."""
