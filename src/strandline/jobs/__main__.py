"""`python -m strandline.jobs`: the worker process that `strandline serve` and `strandline worker` start."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")

import django

django.setup()

from strandline.jobs.worker import main

if __name__ == "__main__":
    main()
