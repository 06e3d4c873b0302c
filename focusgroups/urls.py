from django.urls.resolvers import URLPattern, URLResolver

app_name = "focusgroups"
urlpatterns: list[URLPattern | URLResolver] = []
