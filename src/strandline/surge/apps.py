from django.apps import AppConfig


class SurgeConfig(AppConfig):
    name = "strandline.surge"
    label = "surge"
