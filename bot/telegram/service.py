"""The bot in Telegram: its parts, how they start, and how they stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time

from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder

from bot import status
from bot.app import App, Clock, Timer, now
from bot.config import Settings
from bot.courier import Courier
from bot.metrics import ErrorCounter, Metrics
from bot.store.database import Store
from bot.telegram import outbound, profile, route
from bot.telegram.answering import LISTENED, Answering, Forgetful
from bot.telegram.connection import ANSWER, Connection, Reach, SecondInstance
from bot.telegram.deliveries import Sender
from bot.telegram.intake import Intake
from bot.telegram.polling import Poller
from bot.telegram.route import RouteError
from bot.telegram.watch import Watch
from bot.telegram.webhook import Way, Webhook

logger = logging.getLogger(__name__)

GRACE = ANSWER + 0.5
"""Seconds for what is under way when the bot is stopped: what is on its way to Telegram then can still arrive."""
PAUSE = 5.0
"""Seconds between tries to reach Telegram when the bot starts."""
AWAY = 60.0
"""Seconds for which Telegram may be out of reach before a monitor is told."""


class ServiceError(Exception):
    """The bot cannot run in Telegram; the text says what to do."""


def run(app: App, store: Store, settings: Settings, way: Way | None = None) -> None:
    """Answer in Telegram until stopped: by asking for updates, or by receiving them at an address.

    Raises ServiceError if the environment names a proxy that cannot be used, the token or the address is refused or
    another bot has the token, StoreError if the database cannot be used.
    """
    try:
        route.check()
        if proxy := route.proxy(settings.api_url):
            logger.info("Telegram is asked through the proxy %s", proxy)
        asyncio.run(_run(app, store, settings, way))
    except RouteError as error:
        raise ServiceError(str(error)) from error
    except (InvalidToken, Forbidden) as error:
        raise ServiceError(
            "Telegram does not know this token. Copy it again from @BotFather into TELEGRAM_BOT_TOKEN."
        ) from error
    except SecondInstance as error:
        raise ServiceError(
            "A bot already runs with this token, on this machine or another. Stop it first, or get a token for this "
            "one from @BotFather."
        ) from error
    except BadRequest as error:
        raise ServiceError(f"Telegram refuses the address of the webhook: {error.message}.") from error
    except OSError as error:
        raise ServiceError(f"Nothing can be received on {way and way.listen}: {error}. Listen elsewhere.") from error


async def _run(app: App, store: Store, settings: Settings, way: Way | None) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    stop = asyncio.create_task(stopped.wait())
    service = Service(app, store, settings, way)
    work = asyncio.create_task(service.run())
    await asyncio.wait({stop, work}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not work.done():
        logger.info("Stopping: what is under way is answered first")
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


class Service:
    """Everything that runs while the bot does."""

    def __init__(
        self,
        app: App,
        store: Store,
        settings: Settings,
        way: Way | None = None,
        clock: Clock = now,
        timer: Timer = time.monotonic,
    ) -> None:
        """Put the parts together; nothing is opened or sent before `run`. `way` is that of a webhook."""
        self._app, self._store, self._settings, self._way, self._timer = app, store, settings, way, timer
        self._metrics = Metrics()
        self._reach = Reach(timer)
        self._metrics.reachable.set_function(lambda: self._reach.away is None)
        self.bot = Connection(settings)
        self._application = ApplicationBuilder().application_class(Forgetful).bot(self.bot).updater(None).build()
        answering = Answering(app, store, clock, self._metrics, self._application)
        self._intake = Intake(
            store, self.bot, clock, self._metrics,
            answering.answer, answering.warn, answering.leave_out, answering.apologize,
        )  # fmt: skip
        self._courier = Courier(app, store, clock, Sender(self.bot).send, count=self._metrics.count_delivery)
        self._watch = Watch(app, store, self.bot, clock, timer, self._metrics, self._reach)
        self.ready = asyncio.Event()
        """Set when messages are answered."""

    async def run(self) -> None:
        """Run until cancelled, then finish what is under way.

        Raises StoreError, InvalidToken, BadRequest for the address of a webhook, OSError where nobody can listen to
        it, SecondInstance.
        """
        counter = ErrorCounter(self._metrics)
        logging.getLogger().addHandler(counter)
        try:
            await self._store.open()
            try:
                await self._serve()
            finally:
                await self._store.close()
        finally:
            logging.getLogger().removeHandler(counter)

    async def _serve(self) -> None:
        at = self._settings.status
        monitor = status.serve(at, self._metrics.registry, self._troubles) if at else None
        source: Poller | Webhook | None = None
        works: list[asyncio.Task[None]] = []
        try:
            self._app.warm_up()
            if self._app.meaning:
                self._app.meaning.start()
            await self._greet()
            source = self._open_source()
            await self._intake.resume()
            self._watch.rival = source.rival
            works = [
                asyncio.create_task(work)
                for work in (source.run(), self._courier.run(), self._watch.run(), self._introduce())
            ]
            self.ready.set()
            ended, _ = await asyncio.wait(works, return_when=asyncio.FIRST_EXCEPTION)
            for work in ended:
                work.result()
        finally:
            self.ready.clear()
            await self._finish(source, works)
            await self.bot.shutdown()
            if monitor:
                monitor.stop()

    async def _greet(self) -> None:
        """Ask Telegram who this bot is, however long it takes to reach it."""
        while True:
            try:
                await self._application.initialize()
            except (InvalidToken, Forbidden):
                raise
            except TelegramError as error:
                self._reach.lose(error)
                await asyncio.sleep(PAUSE)
            else:
                self._reach.note(True)
                return

    def _open_source(self) -> Poller | Webhook:
        common = self.bot, self._intake, self._reach, self._timer, LISTENED
        return Webhook(*common, self._way) if self._way else Poller(*common)

    async def _introduce(self) -> None:
        """Register commands and descriptions, which nothing waits for."""
        try:
            await outbound.persist(lambda: profile.register(self.bot, self._app.translators))
        except TelegramError as error:
            logger.error("Commands and descriptions could not be registered: %s", type(error).__name__)  # noqa: TRY400

    async def _finish(self, source: Poller | Webhook | None, works: list[asyncio.Task[None]]) -> None:
        """Take nothing new, and let what is under way arrive within seconds."""
        gave_way = any(isinstance(work.exception(), SecondInstance) for work in works if work.done())
        self._courier.stop()
        if works:
            works[0].cancel()
        if source:
            await source.stop()
        courier = works[1:2]  # if it has begun
        await asyncio.gather(
            self._intake.drain(GRACE, resumes=not gave_way),
            *(asyncio.wait({work}, timeout=GRACE) for work in courier),
        )
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    def _troubles(self) -> list[str]:
        """Return what keeps the bot from answering, or from keeping what it should."""
        found = [] if self.ready.is_set() else ["not started yet"]
        if (self._reach.away or 0.0) >= AWAY:
            found.append("Telegram cannot be reached")
        if self._watch.database_fails:
            found.append("the database cannot be used")
        return found
