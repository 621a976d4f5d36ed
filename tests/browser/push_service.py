"""Web push as far as Chromium lets tests go: a push service of our own, and DevTools to hand over what reached it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Worker

from tests.browser.visitors import PATIENCE_MS, Visitor, until
from tests.push_service import Browser, StandIn

# Chromium without Google's service never ends `subscribe`; everything around it is the app's own.
_SUBSCRIBE = """
(() => {
  const made = %s
  const subscription = (options) => ({ ...made, options, toJSON: () => made, unsubscribe: async () => true })
  let current = null
  PushManager.prototype.subscribe = async (options) => (current = subscription(options))
  PushManager.prototype.getSubscription = async () => current
})()
"""


class PushService:
    """The stand-in, in a thread of its own."""

    def __init__(self, stand_in: StandIn) -> None:
        self.faults = stand_in.faults
        self._stand_in = stand_in

    def subscribe(self, visitor: Visitor) -> Browser:
        """Makes a browser's subscriptions lead here, and allows notifications; the person still has to ask for them."""
        browser, subscription = self._stand_in.subscribe()
        visitor.context.grant_permissions(["notifications"])
        visitor.context.add_init_script(_SUBSCRIBE % json.dumps(subscription))
        return browser


@contextmanager
def push_service() -> Iterator[PushService]:
    """Runs the stand-in until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stand_in = StandIn()
    asyncio.run_coroutine_threadsafe(stand_in.__aenter__(), loop).result(10)
    try:
        yield PushService(stand_in)
    finally:
        asyncio.run_coroutine_threadsafe(stand_in.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def await_message(browser: Browser, number: int, seconds: float = PATIENCE_MS / 1000) -> str:
    """The text of the `number`th push, counted from 1, as the browser would decrypt it. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while len(browser.messages) < number:
        if time.monotonic() > end:
            raise TimeoutError(f"{len(browser.messages)} pushes came, not {number}")
        time.sleep(0.05)
    return browser.messages[number - 1].decode()


def deliver(visitor: Visitor, payload: str) -> None:
    """Gives a push to the visitor's service worker."""
    session = visitor.context.new_cdp_session(visitor.page)
    registrations: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    until(visitor.page, lambda: registrations)
    origin = visitor.page.evaluate("location.origin")
    known = {"origin": origin, "registrationId": registrations[-1]["registrationId"], "data": payload}
    session.send("ServiceWorker.deliverPushMessage", known)
    session.detach()


def worker_of(visitor: Visitor) -> Worker:
    """The service worker of the visitor's app."""
    workers = visitor.context.service_workers
    return workers[0] if workers else visitor.context.wait_for_event("serviceworker")


def notifications(visitor: Visitor) -> list[dict[str, Any]]:
    """What is shown on the lock screen, as soon as something is. Raises TimeoutError."""
    worker = worker_of(visitor)
    ask = "async () => (await self.registration.getNotifications()).map(({ title, body }) => ({ title, body }))"
    found: list[dict[str, Any]] = until(visitor.page, lambda: worker.evaluate(ask))
    return found


def click_notification(visitor: Visitor) -> None:
    """Presses the newest notification.

    Only a person may make a window come to the front, so that single step is let through; what the worker does then is
    its own.
    """
    worker_of(visitor).evaluate("""async () => {
      WindowClient.prototype.focus = async function () { return this }
      ExtendableEvent.prototype.waitUntil = (work) => (self.pressed = work)
      const shown = await self.registration.getNotifications()
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification: shown.at(-1) }))
      await self.pressed
    }""")
