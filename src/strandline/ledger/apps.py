from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "strandline.ledger"
    label = "ledger"
