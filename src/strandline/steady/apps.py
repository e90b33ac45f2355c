from django.apps import AppConfig


class SteadyConfig(AppConfig):
    name = "strandline.steady"
    label = "steady"
