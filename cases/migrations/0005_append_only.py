"""The history of a case's records is written once."""

from django.db import migrations

from record.triggers import append_only

HISTORIES = [
    "booking",
    "card",
    "cardcontrol",
    "case",
    "caseperson",
    "contact",
    "customer",
    "disputedtransaction",
    "evidence",
    "interest",
    "letter",
    "moneyentry",
    "promise",
    "proposal",
    "representative",
]


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("cases", "0004_duties_apart")]
    operations = append_only(*[f"cases_historical{model}" for model in HISTORIES])
