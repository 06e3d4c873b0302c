from django.urls.resolvers import URLPattern, URLResolver

app_name = "timetable"
urlpatterns: list[URLPattern | URLResolver] = []
