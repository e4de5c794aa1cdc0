"""Addresses: health, language and keys, the source code, what programs ask, and the one admin site at the root."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import set_keys, set_language
from config import bank_push, health, source

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("language/", set_language, name="set_language"),
    path("keys/", set_keys, name="set_keys"),
    path("bank/knock/", bank_push.knock, name="bank_knock"),
    path("source/", source.source, name="source"),
    path("api/v1/", include("workflows.api.urls")),
    path("", admin.site.urls),
]
