"""Forms with every kind of control a step can have, for pages drawn without a database."""

from django import forms


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


class OpinionForm(forms.Form):
    """Yes or no, and why."""

    reason = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 2}), required=False)


class ShareForm(forms.Form):
    """One transaction's decision."""

    type = forms.ChoiceField(label="类型", choices=[("counterfeit", "伪卡盗刷"), ("online", "网络盗刷")])
    ground = forms.ChoiceField(label="依据", choices=[("L1", "L1 发卡行承担"), ("L2", "L2 持卡人有过错")])
    bank_share = forms.DecimalField(label="本行承担")
    holder_share = forms.DecimalField(label="持卡人承担")
    merchant_share = forms.DecimalField(label="收单/商户")
    ground_reason = forms.CharField(label="书面理由", widget=forms.Textarea(attrs={"rows": 2}), required=False)


for name in ("type", "ground", "bank_share", "holder_share", "merchant_share"):
    ShareForm.base_fields[name].widget.attrs["aria-label"] = ShareForm.base_fields[name].label
for name in ("bank_share", "holder_share", "merchant_share"):
    ShareForm.base_fields[name].widget = forms.TextInput(
        attrs={
            "class": "r-money",
            "inputmode": "decimal",
            "data-share": "",
            "aria-label": ShareForm.base_fields[name].label,
        }
    )
