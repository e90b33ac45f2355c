"""What if: a wave that may come, asked as a form and answered on a page of its own."""
