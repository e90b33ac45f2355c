from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "strandline.web"
    label = "web"
