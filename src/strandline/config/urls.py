"""All addresses, in one place."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from strandline.web import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path(
        "favicon.ico", login_not_required(RedirectView.as_view(url="/static/img/favicon.ico", permanent=True))
    ),
    path("account/", include("allauth.urls")),
    path("", include("strandline.web.urls")),
]
handler400 = "strandline.web.errors.bad_request"
handler403 = "strandline.web.errors.forbidden"
handler404 = "strandline.web.errors.not_found"
handler500 = "strandline.web.errors.server_error"
