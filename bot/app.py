"""answer(Message) -> Reply: language, intent, handler, log. The one catcher, the one place that logs."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from random import Random
from time import perf_counter

from bot import content, dialogue, digest, i18n, places, references
from bot.codes import Intent, decode
from bot.config import Settings
from bot.digest import Pick
from bot.handlers import HANDLERS, Context, digests
from bot.intents import Router
from bot.language import Detector
from bot.meaning import Meaning
from bot.models import FAILED, Message, Reply
from bot.scope import Judge
from bot.search import Index
from bot.store import cleaning
from bot.store.file import StoreError
from bot.store.keeper import Keeper
from bot.store.records import Chat, Entry, Standing

logger = logging.getLogger(__name__)

FEW = 3
"""Words of a reference that says nothing of the language."""
LONGEST_QUESTION = 1000
"""Characters that are read of a message; the rest cannot matter to the search."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message was taken to be."""

    intent: Intent
    detected: str | None
    """The language of its words, where they tell."""
    language: str
    """The language of the reply."""
    asked_in: str
    """The language it is searched in."""


class App:
    """The whole of the bot but its channels and its store."""

    def __init__(self, settings: Settings, store: Keeper, random: Random | None = None) -> None:
        """Read content and catalogues and build the indexes.

        Raises ContentError or CatalogueError with every problem at once.
        """
        loaded = content.load(settings.content)
        self.settings = settings
        self.store = store
        self.meaning = Meaning(loaded.agendas, settings.cache) if settings.semantic else None
        self.agendas = loaded.agendas
        self.translators = i18n.load(settings.locales)
        self.content_version = loaded.version
        self.router = Router(loaded.agendas, content.load_ear(settings.content))
        self.detector = Detector(loaded.agendas)
        self._indexes: dict[str, Index] = {}
        self._judges: dict[str, Judge] = {}
        self._random = random or Random()  # noqa: S311 - it picks a practice, not a secret
        self._code_version = version("iamm-bot")

    def index(self, language: str) -> Index:
        """Return the index of a language, built when first asked for."""
        if language not in self._indexes:
            self._indexes[language] = Index(self.agendas[language])
        return self._indexes[language]

    def judge(self, language: str) -> Judge:
        """Return the judge of what a language's messages are about, built when first asked for."""
        if language not in self._judges:
            self._judges[language] = Judge(self.agendas[language])
        return self._judges[language]

    def warm_up(self) -> None:
        """Build what every language needs now, not with its first question."""
        for language in self.agendas:
            self.index(language)
            self.judge(language)
        self.router.warm_up()
        self.detector.warm_up()
        cleaning.warm_up()
        places.zone_at(0.0, 0.0)  # loads the borders of all zones
        # All of this stays for good: the collector looks at it no more, which took it longer than most answers take.
        gc.collect()
        gc.freeze()

    def language(self, chat: Chat, client: str | None, detected: str | None = None) -> str:
        """Return the language to speak.

        It is the one chosen, else that of the text, else that of the last answer, else the client's, else English.
        """
        hinted = re.split(r"[-_.]", client or "")[0].lower()
        return (
            chat.language or detected or chat.last.spoken or (hinted if hinted in self.agendas else "") or i18n.SOURCE
        )

    def understand(self, message: Message, chat: Chat) -> Understanding:
        """Return what a message wants and in which language, without doing anything."""
        detected = self._detect(message, chat)
        language = self.language(chat, message.client_language, detected)
        asked_in = detected or language
        return Understanding(self._intent(message, chat, asked_in), detected, language, asked_in)

    def _detect(self, message: Message, chat: Chat) -> str | None:
        """Return the language of a message; a phrase that several have (`pause`) is in the one that is spoken."""
        if message.text.lstrip().startswith("/"):
            return None
        if len(message.text.split()) <= FEW and references.read(message.text, self.agendas[i18n.SOURCE]):
            return None  # a reference is written alike in every language
        detected = self.detector.detect(message.text)
        phrase = self.router.languages(message.text)
        if not phrase or (detected in phrase and len(phrase) == 1):
            return detected
        if self.language(chat, message.client_language) in phrase:
            return None if len(phrase) > 1 else self.language(chat, message.client_language)
        return detected if detected in phrase else min(phrase)

    def _intent(self, message: Message, chat: Chat, language: str) -> Intent:
        text = message.text
        if message.code:
            return decode(message.code)
        if message.inline:
            return Intent("inline")
        if message.place:
            return Intent("subscribe", {"zone": places.zone_at(*message.place)})
        if message.note:
            return Intent("note")
        if not any(c.isalnum() for c in text):
            # A thumb says something only of an answer that was given.
            sign = self.router.sign(text) if chat.last.place else None
            return Intent(sign or "empty")
        answered = dialogue.hear(chat.asked, text) if chat.asked else None
        intent = answered or self.router.route(text, self.index(language))
        named = {"ask", "section", "practice", "unknown_reference"}
        if chat.asked == dialogue.TOPICS and intent.name in named and not text.startswith("/"):
            return Intent("subscribe", self.router.topics(text, self.index(language)))
        return intent

    async def answer(self, message: Message) -> Reply:
        """Return the reply to a message; its row in the log is written when this returns.

        A handler that breaks is logged and answered civilly.
        """
        started = perf_counter()
        chat = await self._recall(message)
        message = replace(message, text=readable(message.text), code=readable(message.code))
        understanding = self.understand(message, chat)
        await self._let_lapse(message, understanding.intent, chat)
        reply = await self.respond(message, understanding, chat)
        elapsed = (perf_counter() - started) * 1000
        if not reply.forgets:
            await self._keep(message, chat, reply, self._entry(message, understanding, chat, reply, elapsed))
        return reply

    async def _recall(self, message: Message) -> Chat:
        """Return what is kept of a conversation; nothing where the database fails, for the answer matters more."""
        try:
            await self.store.tidy(message.at.astimezone(UTC).date())
            return await self.store.chat(message.chat, message.at)
        except StoreError:
            logger.exception("What is kept of a conversation could not be read")
            return Chat()

    async def _let_lapse(self, message: Message, intent: Intent, chat: Chat) -> None:
        """Wait no more for a yes to erase everything once somebody goes on with something else."""
        if chat.asked != dialogue.ERASE or intent.name in {"erase_data", "cancel"}:
            return
        try:
            await self.store.set_asked(message.chat, None, {}, message.at)
        except StoreError:
            logger.exception("A question that has lapsed could not be taken back")

    async def _keep(self, message: Message, chat: Chat, reply: Reply, entry: Entry) -> None:
        """Keep what was shown and the row of the log; an answer is given even where neither can be kept."""
        spoken = replace(chat.last, spoken=reply.language) if chat.last.spoken != reply.language else None
        last = reply.last or spoken
        try:
            if last and not message.inline:
                await self.store.remember(message.chat, last, message.at)
            await self.store.log(entry, chat.logs)
        except StoreError:
            logger.exception("An answer could not be kept")

    async def language_in(self, chat: str, client: str | None = None) -> str:
        """Return the language to speak in a conversation when nothing was asked."""
        try:
            return self.language(await self.store.chat(chat, now()), client)
        except StoreError:
            return self.language(Chat(), client)

    async def apology(self, message: Message) -> str:
        """Return what to say to somebody whose message could not be answered."""
        return _sorry(await self._translator(message))

    async def too_fast(self, message: Message) -> str:
        """Return what to say once to somebody who writes too fast to be answered."""
        translator = await self._translator(message)
        return translator.say("You write faster than I can answer. Please wait a minute, then ask again.")

    async def left_out(self, message: Message) -> str:
        """Return what to say once in a group where so much is asked that this message and what follows is left out."""
        translator = await self._translator(message)
        return translator.say(
            "More was asked here than I can answer in time. I have left out this message and those after it. "
            "Please ask again."
        )

    async def _translator(self, message: Message) -> i18n.Translator:
        return self.translators[await self.language_in(message.chat, message.client_language)]

    async def respond(self, message: Message, understanding: Understanding, chat: Chat) -> Reply:
        """Return the handler's reply, or a civil one if it breaks."""
        translator = self.translators[understanding.language]
        try:
            context = self._context(understanding.intent, chat, understanding.language, understanding.asked_in)
            reply = await HANDLERS[understanding.intent.name](message, context)
            reply = _spoken(reply, understanding.language)
        except Exception:
            logger.exception("The handler of %s broke", understanding.intent.name)
            return Reply(text=_sorry(translator), outcome=FAILED, language=understanding.language)
        return reply

    async def language_of(self, standing: Standing) -> str:
        """Return the language in which a subscriber is written to: the chat's choice, else that of the subscription."""
        chat = await self.store.chat(standing.subscription.subscriber, now())
        return chat.language or standing.language or i18n.SOURCE

    async def compose(self, standing: Standing) -> tuple[Pick, Reply] | None:
        """Return the practice that a subscriber is due and its message; None where their topics hold none any more."""
        sub = standing.subscription
        language = await self.language_of(standing)
        seen = await self.store.seen(sub.subscriber, sub.round)
        pick = digest.pick(digest.practices(self.agendas[language], sub.topics), seen, sub)
        if pick is None:
            return None
        reply = digests.delivery(pick, self._context(Intent("digest"), Chat(), language, language))
        return pick, _spoken(reply, language)

    def _context(self, intent: Intent, chat: Chat, language: str, asked_in: str) -> Context:
        return Context(
            intent=intent,
            chat=chat,
            agenda=self.agendas[language],
            index=self.index(asked_in),
            judge=self.judge(asked_in),
            agendas=self.agendas,
            meaning=self.meaning,
            translator=self.translators[language],
            translators=self.translators,
            asked_in=asked_in,
            store=self.store,
            settings=self.settings,
            random=self._random,
        )

    def _entry(self, message: Message, understanding: Understanding, chat: Chat, reply: Reply, ms: float) -> Entry:
        found = reply.finding
        asked = found.items if found else ()
        return Entry(
            at=message.at.astimezone(UTC),
            person=message.person,
            channel=message.channel,
            kind=kind(message),
            language_set=chat.language,
            language_detected=understanding.detected,
            question=message.text or None,
            intent=understanding.intent.name,
            outcome=reply.outcome,
            item=reply.items[0] if reply.items else reply.section,
            runner_up=asked[1].ref if len(asked) > 1 else None,
            score=found.score if found else None,
            margin=found.margin if found else None,
            matched=" ".join(asked[0].why) if asked else "",
            ms=round(ms, 3),
            content_version=self.content_version,
            code_version=self._code_version,
        )


def _sorry(translator: i18n.Translator) -> str:
    return translator.say("Something went wrong on my side. Please try again in a moment.")


def _spoken(reply: Reply, language: str) -> Reply:
    """Return a reply that says in which language it is, and what it leaves to go on from too."""
    language = reply.language or language
    last = replace(reply.last, spoken=language) if reply.last else None
    return replace(reply, language=language, last=last)


def readable(text: str) -> str:
    """Return the beginning of a text with one space for several.

    Halves of characters, which nothing can write down, become question marks.
    """
    return " ".join(text[:LONGEST_QUESTION].encode("utf-8", "replace").decode().split())


def kind(message: Message) -> str:
    """Return the kind of a message for the log: button, inline, note, command or question."""
    if message.code:
        return "button"
    if message.inline:
        return "inline"
    if message.note or message.place:
        return "note"
    return "command" if message.text.lstrip().startswith("/") else "question"


Clock = Callable[[], datetime]
"""Tells the time, with its zone."""
Timer = Callable[[], float]
"""Tells the seconds since any moment, for spans: nobody sets it, as somebody may set a clock."""


def now() -> datetime:
    """Return the time; the one clock of the program, which tests replace."""
    return datetime.now(UTC)
