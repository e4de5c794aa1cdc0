"""One flow a file. Module, class and node names are stored in rows: schema, renamed only with a data migration."""

from .card_fraud import CardFraudFlow

FLOWS = [CardFraudFlow]

__all__ = ["FLOWS", "CardFraudFlow"]
