"""Forms with every kind of control a step can have, for pages drawn without a database."""

from django import forms

from workflows.forms.triage import TriageFields

SHARES = ("本行承担", "持卡人承担", "收单/商户")


class SampleForm(forms.Form):
    """Every kind of control a step can have."""

    card_seen = forms.ChoiceField(
        label="真卡是否在客户处",
        choices=[("yes", "在"), ("no", "不在"), ("unknown", "不清楚")],
        widget=forms.RadioSelect,
    )
    where = forms.CharField(label="用卡地点", max_length=60)
    amount = forms.DecimalField(label="核实金额", help_text="人民币元，两位小数", required=False)
    when = forms.DateTimeField(label="核实时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    told = forms.BooleanField(label="已告知客户进度", required=False)
    reason = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 2}), required=False)


class SampleIntake(TriageFields, SampleForm):
    """The same in a call, with how urgent it is."""


class OpinionForm(forms.Form):
    """Yes or no, and why."""

    reason = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 2}), required=False)


class DecideForm(forms.Form):
    """Who bears each of two transactions, as the liability step asks it."""

    transactions: tuple[object, ...] = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for number, _row in enumerate(self.transactions):
            self.fields[f"ground_{number}"] = forms.ChoiceField(label="依据", choices=[("L1", "L1 发卡行承担")])
            for share in SHARES:
                money = forms.TextInput(attrs={"class": "r-money", "inputmode": "decimal", "data-share": ""})
                self.fields[f"{share}_{number}"] = forms.DecimalField(label=share, widget=money)
            self.fields[f"reason_{number}"] = forms.CharField(label="书面理由", widget=forms.Textarea, required=False)

    def rows(self) -> list[dict[str, object]]:
        """One row a transaction."""
        return [
            {
                "transaction": transaction,
                "ground": self[f"ground_{number}"],
                "shares": [self[f"{share}_{number}"] for share in SHARES],
                "reason": self[f"reason_{number}"],
            }
            for number, transaction in enumerate(self.transactions)
        ]
