"""Lets schemathesis call as users and providers do: credentials and signatures come from helper.mjs, anew for each call."""

import json
import os
import time
import urllib.request

import requests
import schemathesis

HELPER = os.environ["CONTRACT_HELPER"]


def ask(what, body=None):
    with urllib.request.urlopen(f"{HELPER}/{what}", data=body) as answer:
        return json.load(answer)


def name_of(operation):
    return operation.definition.raw["operationId"]


@schemathesis.auth(refresh_interval=None)
class Credentials:
    def get(self, case, context):
        return ask(f"credentials/{name_of(context.operation)}")

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), **data}


@schemathesis.serializer("application/secevent+jwt")
def as_token(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


# Of these the service reads more than their type.
ACTED_ON = ("user.created", "user.updated", "user.deleted", "session.ended", "session.removed", "session.revoked")


def signed_webhook(case):
    if case.body["type"] in ACTED_ON:
        case.body = {**case.body, "data": {"id": f"user_{time.time_ns()}", "updated_at": time.time() * 1000}}
    body = requests.compat.json.dumps(case.body, allow_nan=False).encode()
    case.headers = {**case.headers, **ask("webhook", body)}


def logout(case):
    case.body = {**case.body, "logout_token": ask("logout")}


def event(case):
    case.body = ask("event")


def held_scopes_and_a_time_to_come(case):
    known = {"scopes": ["modules:read"], "expiresAt": "2099-01-01T00:00:00Z", "addresses": ["127.0.0.0/8"]}
    case.body = {**case.body, **{name: known[name] for name in known if case.body.get(name)}}
    case.body.pop("organization", None)


def known_issuer(case):
    if "issuer" in case.body:
        case.body = {**case.body, "issuer": ask("issuer")}


def handed_out_cursor(case):
    if "cursor" in case.query:
        case.query = {**case.query, "cursor": "YWZ0ZXI6aW50cm8"}


def entity_tag(case):
    """Schemathesis spells headers with letters and digits alone, whatever their pattern is."""
    value = case.headers.get("If-Match")
    if value and value.isalnum():
        case.headers = {**case.headers, "If-Match": f'"{value}"'}


# What no schema can say.
MENDS = {
    "saveModule": entity_tag,
    "saveModuleByShortPath": entity_tag,
    "receiveClerk": signed_webhook,
    "receiveLogout": logout,
    "receiveEvent": event,
    "issueKey": held_scopes_and_a_time_to_come,
    "revoke": known_issuer,
    "listModules": handed_out_cursor,
    "listModulesByShortPath": handed_out_cursor,
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """What is right in form is made right in substance too; what is wrong stays as it is."""
    mend = MENDS.get(name_of(case.operation))
    method = case.operation.method.upper()
    if mend and case.method.upper() == method and case.meta and case.meta.generation.mode.is_positive:
        mend(case)
