from django.urls import path

from evidencepack import views

app_name = "evidencepack"
_PACKS = "inspections/<slug:slug>/packs/"
urlpatterns = [
    path(_PACKS, views.pack_list, name="list"),
    path(f"{_PACKS}build/", views.build_pack, name="build"),
    path(f"{_PACKS}supplement/", views.build_supplement, name="build-supplement"),
    path(f"{_PACKS}<int:number>/", views.pack_page, name="pack"),
    path(f"{_PACKS}<int:number>/sent/", views.record_sent, name="record-sent"),
    path(f"{_PACKS}<int:number>/<slug:kind>/", views.download, name="download"),
]
