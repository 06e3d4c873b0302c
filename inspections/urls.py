from django.urls.resolvers import URLPattern, URLResolver

app_name = "inspections"
urlpatterns: list[URLPattern | URLResolver] = []
