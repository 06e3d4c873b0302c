from django.urls import path

from accounts import address_views, invitation_views, views

app_name = "accounts"
_PEOPLE = "councils/<slug:council>/people/"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password_reset, name="password-reset"),
    path("password/sent/", views.password_reset_sent, name="password-reset-sent"),
    path("password/set/<uidb64>/<token>/", views.SetPassword.as_view(), name="password-reset-set"),
    path("password/complete/", views.password_reset_complete, name="password-reset-complete"),
    path("account/", views.account, name="account"),
    path("account/reminders/", views.choose_reminders, name="choose-reminders"),
    path("account/password/", views.change_password, name="change-password"),
    # These two addresses are secret: readiness/logs.py keeps them out of the log.
    path("addresses/<str:token>/", address_views.confirm_address, name="confirm-address"),
    path("invitations/<str:token>/", invitation_views.invitation, name="invitation"),
    path(_PEOPLE, views.people, name="people"),
    path(f"{_PEOPLE}add/", views.add_person, name="add-person"),
    path(f"{_PEOPLE}invited/<int:pk>/", invitation_views.invited, name="invited"),
    path(f"{_PEOPLE}invited/<int:pk>/send/", invitation_views.send_again, name="send-invitation"),
    path(f"{_PEOPLE}invited/<int:pk>/withdraw/", invitation_views.withdraw, name="withdraw-invitation"),
    path(f"{_PEOPLE}<int:pk>/", views.person, name="person"),
    path(f"{_PEOPLE}<int:pk>/address/", address_views.change_address, name="change-address"),
    path(f"{_PEOPLE}<int:pk>/remove/", views.remove_person, name="remove-person"),
    path(f"{_PEOPLE}<int:pk>/invite/", views.invite_again, name="invite-again"),
]
