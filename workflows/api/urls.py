"""Addresses of the first version of the interface for programs."""

from django.urls import path

from . import exports

urlpatterns = [
    path("exports/", exports.Exports.as_view(), name="api_exports"),
    path("exports/<uuid:export>/", exports.OneExport.as_view(), name="api_export"),
    path("exports/<uuid:export>/cancel/", exports.Cancel.as_view(), name="api_cancel_export"),
    path("exports/<uuid:export>/file/", exports.TheFile.as_view(), name="api_export_file"),
]
