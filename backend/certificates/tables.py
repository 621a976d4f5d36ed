"""Certificates, the devices that hold them, and the credentials minted for them."""

from __future__ import annotations

from piccolo.columns import BigInt, Bytea, Text
from piccolo.table import Table


class Certificate(Table, tablename="certificate"):
    """One certificate, recorded when its case is granted. `sealed` holds all its fields under the holder's key.

    `replaces` is the one whose next version it is; `renewal_case` the open case that is to renew it.
    """

    id = Text(primary_key=True)
    case_id = Text(unique=True)
    subject_id = Text(index=True)
    type_hash = Text()
    identifier = Text(unique=True)
    issuer = Text()
    state = Text()
    issued_at = BigInt()
    issued_on = Text()
    valid_until = Text()
    sealed = Bytea()
    rule = Text(null=True)
    replaces = Text(null=True)
    renewal_case = Text(null=True)


class Device(Table, tablename="device"):
    """A phone that may show its holder's certificates: the public half of a key that never leaves it.

    What its owner calls it is sealed: people name phones after themselves.
    """

    id = Text(primary_key=True)
    subject_id = Text(index=True)
    public_key = Text()
    name_sealed = Bytea()
    bound_at = BigInt()


class Credential(Table, tablename="credential"):
    """A signed view for one device; `round` counts renewals, so that two requests at once mint one."""

    id = Text(primary_key=True)
    certificate_id = Text()
    device_id = Text()
    view = Text()
    round = BigInt()
    sealed = Bytea()
    issued_at = BigInt()
    expires_at = BigInt()
