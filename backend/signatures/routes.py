"""What anyone needs to check a signed document."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from backend.certificates.keys import SigningKeys
from backend.house import House
from backend.signatures import service

ROOT_SECONDS = 300
_PEM = {200: ResponseSpec(bytes, description="The certificate", media_type="application/x-pem-file")}


class SignatureController(Controller):
    """The root that vouches for those who sign documents."""

    path = "/api/v1/trust"
    tags = ("documents",)

    @get("/root", media_type="application/x-pem-file", responses=_PEM)
    async def show_root(
        self, house: NamedDependency[House], signing_keys: NamedDependency[SigningKeys]
    ) -> Response[bytes]:
        """The root's certificate as PEM."""
        headers = {
            "Content-Disposition": 'attachment; filename="root.pem"',
            "Cache-Control": f"public, max-age={ROOT_SECONDS}",
        }
        return Response(service.root_of(house, signing_keys), media_type="application/x-pem-file", headers=headers)
