from django.urls import path

from inspections.views import closures, dates, notification, owners, posts

app_name = "inspections"
_COUNCIL = "councils/<slug:council>/"
_INSPECTION = "inspections/<slug:slug>/"
urlpatterns = [
    path(f"{_COUNCIL}inspections/", notification.inspection_list, name="list"),
    path(f"{_COUNCIL}posts/", posts.posts, name="posts"),
    path(f"{_COUNCIL}posts/add/", posts.add_post, name="add-post"),
    path(f"{_COUNCIL}posts/<int:pk>/", posts.post, name="post"),
    path(f"{_COUNCIL}posts/<int:pk>/vacate/", posts.vacate, name="vacate-post"),
    path(f"{_COUNCIL}closures/", closures.closures, name="closures"),
    path(f"{_COUNCIL}closures/<int:pk>/remove/", closures.remove_closure, name="remove-closure"),
    path(f"{_INSPECTION}notification/", notification.notification, name="notification"),
    path(f"{_INSPECTION}withdraw/", notification.withdraw, name="withdraw"),
    path(f"{_INSPECTION}reinstate/", notification.reinstate, name="reinstate"),
    path(f"{_INSPECTION}dates/", dates.dates, name="dates"),
    path(f"{_INSPECTION}dates/<slug:kind>/<slug:key>/", dates.date_page, name="date"),
    path(f"{_INSPECTION}dates/<slug:kind>/<slug:key>/undo/", dates.undo_date, name="undo-date"),
    path(f"{_INSPECTION}activity/", notification.activity, name="activity"),
    path(f"{_INSPECTION}owners/", owners.owners, name="owners"),
    path(f"{_INSPECTION}owners/import/", owners.import_owners, name="import-owners"),
    path(f"{_INSPECTION}owners/import/<int:pk>/", owners.check_owners, name="check-owners"),
    path(f"{_INSPECTION}owners/<str:item>/", owners.own_item, name="own-item"),
]
