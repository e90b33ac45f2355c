from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "strandline.organisation"
    label = "organisation"
    verbose_name = "The organisation"
