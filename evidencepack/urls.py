from django.urls.resolvers import URLPattern, URLResolver

app_name = "evidencepack"
urlpatterns: list[URLPattern | URLResolver] = []
