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
    path("api/", include("strandline.api.urls")),
    path("", include("strandline.web.urls")),
]
handler400 = "strandline.config.errors.bad_request"
handler403 = "strandline.config.errors.forbidden"
handler404 = "strandline.config.errors.not_found"
handler500 = "strandline.config.errors.server_error"
