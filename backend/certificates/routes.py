"""The certificates room over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from backend.certificates import service
from backend.certificates.keys import SigningKeys
from backend.certificates.schemas import (
    BoundDevice,
    CertificateList,
    CredentialRequest,
    CredentialText,
    DeviceBinding,
    Trust,
)
from backend.house import House
from backend.identity.actor import Actor

Id = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
TRUST_SECONDS = 300


class CertificateController(Controller):
    """What a person holds, and what anyone needs to check it."""

    path = "/api/v1"
    tags = ("certificates",)

    @get("/certificates")
    async def list_certificates(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> CertificateList:
        """The signed-in person's certificates."""
        return CertificateList(await service.own_certificates(house, actor))

    @put("/devices/{device_id:str}")
    async def bind_device(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        device_id: FromPath[Id],
        data: JSONBody[DeviceBinding],
    ) -> BoundDevice:
        """Registers this phone's key, so that certificates can be shown from it."""
        return await service.bind_device(house, actor, device_id, data)

    @post("/certificates/{certificate_id:str}/credentials", status_code=200)
    async def mint_credential(
        self,
        house: NamedDependency[House],
        signing_keys: NamedDependency[SigningKeys],
        actor: NamedDependency[Actor],
        certificate_id: FromPath[Id],
        data: JSONBody[CredentialRequest],
    ) -> CredentialText:
        """A view of a certificate for a device; asking again gives the same until it nears its end."""
        return await service.credential(house, signing_keys, actor, certificate_id, data.device_id, data.view)

    @get("/trust")
    async def show_trust(
        self, house: NamedDependency[House], signing_keys: NamedDependency[SigningKeys]
    ) -> Response[Trust]:
        """The signed list of issuers' keys, for anyone's verifier."""
        return Response(
            service.trust(house, signing_keys), headers={"cache-control": f"public, max-age={TRUST_SECONDS}"}
        )
