"""create_app(settings): the one place where the rooms meet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler, Method
from litestar.utils.path import normalize_path

from backend.bundles.routes import BundleController, DeskFilingController, FilingController
from backend.cases.counter_routes import CounterController
from backend.cases.desk_routes import DeskController
from backend.cases.desk_work_routes import CounterCodeController, DeskWorkController
from backend.cases.popular import PopularController
from backend.cases.project_routes import ProjectCasesController
from backend.cases.routes import CaseController, KnownController
from backend.catalogue.published import PublishedPages, page_at
from backend.catalogue.routes import CatalogueController
from backend.certificates.keys import SigningKeys
from backend.certificates.routes import CertificateController
from backend.channels.published import ChannelPages, Channels
from backend.documents.routes import CaseDocumentController, DeskDocumentController
from backend.drafts.routes import DraftController
from backend.editing.routes import EditingController
from backend.feedback.routes import DeskFeedbackController, FeedbackController
from backend.files.routes import FileController, UploadController
from backend.foundation.action_rates import action_rates
from backend.foundation.api_document import openapi_config, swagger_asset
from backend.foundation.client_address import ClientAddresses
from backend.foundation.database import Database
from backend.foundation.gate import Gate, GateOptions
from backend.foundation.health import HealthController, Loops
from backend.foundation.maintenance import Closing, window_of
from backend.foundation.rate_limits import Limiter, Rate, build_limiter
from backend.foundation.security_events import REFUSALS
from backend.foundation.settings import Settings
from backend.foundation.static_files import COMPONENTS, StaticFiles, load_directory
from backend.foundation.web_errors import answer, as_problem
from backend.house import House
from backend.identity.actor import Actor, provide_actor, provide_staff
from backend.identity.admission import Admission
from backend.identity.code_channels import CodeChannel, build_code_channel
from backend.identity.passkeys.routes import PasskeyController
from backend.identity.permissions import PERMISSIONS, Permission
from backend.identity.routes import IdentityController, TestSwitchController
from backend.identity.rules import MINUTE, SessionLimits
from backend.identity.sessions import Sessions
from backend.identity.unified.client import RelyingParty, build_relying_party
from backend.identity.unified.errors import UnifiedNotOffered
from backend.identity.unified_routes import UnifiedController
from backend.links.routes import CaseLinkController, LinkController, StatusPageController
from backend.notify.routes import InboxController, PushController
from backend.opening import open_house
from backend.parties.routes import MandateController, PartyController
from backend.parties.service import act_for, own_party
from backend.privacy.routes import PrivacyController
from backend.projects.routes import ProjectController
from backend.publication.routes import PublicationController, VersionController
from backend.registers.reading import Registers
from backend.registers.routes import RecordController
from backend.registers.sources import pack_sources
from backend.signatures.routes import SignatureController
from backend.staff.administration_routes import StaffController, WindowController
from backend.staff.passwords import Passwords
from backend.staff.routes import PersonaController, StaffSignInController, StaffSwitchController
from backend.staff.trail_routes import TrailController

_OPTIONS = Permission(frozenset({"anyone"}), "public")
PWA = Path(__file__).resolve().parents[1] / "pwa" / "dist"

# Each room adds its controllers here.
ROOMS: Sequence[ControllerRouterHandler] = (
    IdentityController,
    UnifiedController,
    PasskeyController,
    StaffSignInController,
    StaffController,
    WindowController,
    TrailController,
    PartyController,
    MandateController,
    RecordController,
    CatalogueController,
    CertificateController,
    UploadController,
    FileController,
    DraftController,
    ProjectController,
    CaseController,
    KnownController,
    ProjectCasesController,
    PopularController,
    BundleController,
    FilingController,
    DeskFilingController,
    DeskController,
    DeskWorkController,
    CounterController,
    CounterCodeController,
    InboxController,
    PushController,
    CaseDocumentController,
    DeskDocumentController,
    SignatureController,
    CaseLinkController,
    LinkController,
    StatusPageController,
    FeedbackController,
    DeskFeedbackController,
    PrivacyController,
    EditingController,
    PublicationController,
    VersionController,
)


def provide_house(state: State) -> House:
    """Litestar dependency `house`."""
    house: House = state.house
    return house


def provide_database(state: State) -> Database:
    """Litestar dependency `database`."""
    house: House = state.house
    return house.database


def provide_sessions(state: State) -> Sessions:
    """Litestar dependency `sessions`."""
    sessions: Sessions = state.sessions
    return sessions


def provide_loops(state: State) -> Loops:
    """Litestar dependency `loops`."""
    loops: Loops = state.loops
    return loops


def provide_limiter(state: State) -> Limiter:
    """Litestar dependency `limiter`."""
    limiter: Limiter = state.limiter
    return limiter


def provide_registers(state: State) -> Registers:
    """Litestar dependency `registers`."""
    registers: Registers = state.registers
    return registers


def provide_codes(state: State) -> CodeChannel:
    """Litestar dependency `codes`."""
    codes: CodeChannel = state.codes
    return codes


def provide_passwords(state: State) -> Passwords:
    """Litestar dependency `passwords`."""
    passwords: Passwords = state.passwords
    return passwords


def provide_unified(state: State) -> RelyingParty:
    """Litestar dependency `unified`. Raises UnifiedNotOffered where no provider is set."""
    party: RelyingParty | None = state.unified
    if party is None:
        raise UnifiedNotOffered("本市没有开通统一身份认证。请用手机号登录。")
    return party


def provide_signing_keys(state: State) -> SigningKeys:
    """Litestar dependency `signing_keys`."""
    keys: SigningKeys = state.signing_keys
    return keys


# Litestar resolves dependencies that stand side by side in a task group, which cost more than the rest of a read. Named
# as needing the house, actor and staff are resolved after it instead.
async def provide_actor_in_house(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Actor:
    """Litestar dependency `actor`, acting under the mandate that `Acting-For` names, if any.

    Raises SignInRequired, MandateInvalid.
    """
    actor = await provide_actor(request)
    if actor.party_id is None and actor.level > 1 and actor.staff is None:
        # However a person was confirmed, their accounts meet in one party from the next request on.
        actor = msgspec.structs.replace(actor, party_id=await own_party(house, actor.account_id, actor.subject_id))
    mandates = [value for name, value in request.scope["headers"] if name == b"acting-for"]
    return actor if not mandates else await act_for(house, actor, mandates[0].decode("latin-1"))


async def provide_staff_in_house(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Actor:
    """Litestar dependency `staff`. Raises SignInRequired, Forbidden."""
    return await provide_staff(request)


_PROVIDERS = {
    "house": provide_house,
    "database": provide_database,
    "sessions": provide_sessions,
    "loops": provide_loops,
    "limiter": provide_limiter,
    "registers": provide_registers,
    "codes": provide_codes,
    "passwords": provide_passwords,
    "signing_keys": provide_signing_keys,
    "unified": provide_unified,
}


def session_limits(settings: Settings) -> SessionLimits:
    """The limits of sessions in milliseconds."""
    of = settings.sessions
    return SessionLimits(
        idle=of.idle_minutes * MINUTE,
        total=of.total_minutes * MINUTE,
        shared_idle=of.shared_idle_minutes * MINUTE,
        shared_total=of.shared_total_minutes * MINUTE,
        staff_idle=of.staff_idle_minutes * MINUTE,
        staff_total=of.staff_total_minutes * MINUTE,
    )


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    """What is routed in a mode: the test switches and personas are not even there in production."""
    handlers: list[ControllerRouterHandler] = [HealthController, swagger_asset, *ROOMS]
    if settings.mode != "production":
        handlers.append(PersonaController)
    if settings.mode == "test":
        handlers += [TestSwitchController, StaffSwitchController]
    return handlers


def permission_of(application: Litestar, method: str, path: str) -> Permission | None:
    """What the table says of a request; None for an address that is not there, or not of the API."""
    if not path.startswith("/api/"):
        return None
    template = route_of(application, method, path)
    if template is None:
        return None
    # Every route is in the table (`refuse_unlisted`), but for OPTIONS, which tells nothing that is anyone's own.
    return PERMISSIONS.get((method, template), _OPTIONS if method == "OPTIONS" else None)


def refuse_unlisted(application: Litestar) -> None:
    """Raises RuntimeError naming every route of the API that the permission table does not list."""
    unlisted = [
        f"{method} {route.path_format}"
        for route in application.routes
        if isinstance(route, HTTPRoute) and route.path_format.startswith("/api/")
        for method in sorted(route.route_handler_map)
        if method != "OPTIONS" and (method, route.path_format) not in PERMISSIONS
    ]
    if unlisted:
        raise RuntimeError(f"backend/identity/permissions.py does not say who may call {', '.join(unlisted)}")


def route_of(application: Litestar, method: str, path: str) -> str | None:
    """The address template that answers a request, or None."""
    try:
        return application.asgi_router.handle_routing(path=normalize_path(path), method=cast(Method, method))[4]
    except HTTPException:
        return None


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar exception handler for everything that the gate let through."""
    problem = as_problem(error)
    house: House | None = request.app.state.get("house")
    if house is not None:
        _note_refusal(house, problem.code, request.scope.get("user"), request.scope["state"].get("address", ""))
    return answer(request, problem)


def _note_refusal(house: House, code: str, user: object | None, address: str) -> None:
    """Tells the security administrator of a refused request, if its kind is of interest."""
    if code in REFUSALS:
        kind, severity = REFUSALS[code]
        actor = user.account_id if isinstance(user, Actor) else ""
        house.security.add(at=house.time.now(), kind=kind, severity=severity, actor=actor, address=address)


def create_app(settings: Settings, *, house: House | None = None) -> Litestar:
    """The whole application. The house is opened when it starts and closed when it stops.

    A `house` given by the caller (tests) is used as it is and stays open. Raises SettingsError for a client secret that
    cannot be read.
    """
    limiter = build_limiter(settings.redis.url)
    unified = build_relying_party(settings, lambda: application.state.house.time.now())

    @asynccontextmanager
    async def lifespan(application: Litestar) -> AsyncIterator[None]:
        async with open_house(settings, house) as (opened, loops):
            sessions = Sessions(opened.database, opened.time, session_limits(settings))
            application.state.house = opened
            application.state.loops = loops
            application.state.sessions = sessions
            application.state.registers = Registers(pack_sources(lambda: opened.city), opened.time)
            gate.session_reader = sessions.actor
            gate.watch = partial(_note_refusal, opened)
            if window := window_of(settings.maintenance):
                gate.closing = Closing(
                    window,
                    opened.time.now,
                    lambda path: page_at(lambda: opened.city, lambda: opened.calendar, path) is not None,
                )
            admission.time = opened.time
            try:
                yield
            finally:
                gate.session_reader = gate.watch = gate.closing = None
                if unified is not None:
                    await unified.close()
                await limiter.close()

    dependencies: dict[str, Any] = {
        name: Provide(provider, sync_to_thread=False) for name, provider in _PROVIDERS.items()
    }
    application = Litestar(
        routes(settings),
        dependencies={
            **dependencies,
            "actor": Provide(provide_actor_in_house),
            "staff": Provide(provide_staff_in_house),
        },
        exception_handlers={Exception: _answer},
        lifespan=[lifespan],
        logging_config=None,
        openapi_config=openapi_config("1.0.0"),
        request_max_body_size=settings.limits.body_bytes,
        state=State(
            {
                "limiter": limiter,
                "codes": build_code_channel(settings.mode),
                "passwords": Passwords(settings.mode),
                "unified": unified,
                "signing_keys": SigningKeys(Path(settings.keys.directory), create=settings.mode != "production"),
            }
        ),
    )
    refuse_unlisted(application)
    admission = Admission(
        lru_cache(maxsize=1024)(partial(permission_of, application)),
        limiter,
        action_rates(settings.limits),
        fresh_minutes=settings.sessions.fresh_minutes,
    )
    channels = Channels(
        lambda: application.state.house.city,
        lambda: application.state.house.time.now(),
        lambda now: application.state.signing_keys.feed_key(now),
        settings.server.public_origin,
    )
    gate = Gate(
        ChannelPages(
            PublishedPages(
                application.asgi_handler,
                lambda: application.state.house.city,
                lambda: application.state.house.calendar,
            ),
            channels,
        ),
        StaticFiles(load_directory(PWA, frozenset({COMPONENTS} if settings.mode == "production" else ()))),
        limiter,
        ClientAddresses(settings.server.trusted_proxies),
        admission,
        lambda path: route_of(application, "HEAD", path) is not None,
        GateOptions(
            always_secure_cookies=settings.mode == "production",
            public_origin=settings.server.public_origin,
            requests=Rate(count=settings.limits.requests_per_minute, seconds=60, burst=settings.limits.requests_burst),
            access_log_all=settings.logging.access == "all",
        ),
    )
    # Not Litestar middleware: that begins after routing, and an unknown address must pass the gate too.
    application.asgi_handler = gate  # type: ignore[assignment]
    return application
