"""What machines may send in Telegram's name: updates of every kind, and what becomes of them when they are broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

Json = dict[str, Any]

ODD = [
    "<b>", "</b>", "&", "&lt;", "*", "_", "`", "```", "[x](y)", "\u202e", "\u200b", "\x00", "\x1b[31m", "\ud800", "😀",
    "👨‍👩‍👧", "ﷺ", "İ", "ß", "e\u0301" * 9, "' OR 1=1 --", "'); drop table queries; --", "../../etc/passwd", "%s%s%n",
    "{}", "{0}", "{words}", "{place.__class__}", "\n", "\r", "\t", "\u2028", "—", "«", "1e999", "NaN", "٣", "Ⅳ", "²",
    "①", "𐩀", "፩", "१२:३०", "/start", "/section", "/practice", "/subscribe", "/save", "@iamm_test_bot", "#",
    "III.6.a#5", "6.a.99", "chapter", "in", "{to}", "(" * 50, "9" * 400, "=1+1", "at 25:99",
    "99999999999999999999 days", "31/02/99999", "until 32 January 99999", "for 0 days", "UTC+99", "Europe/../Paris",
    "every", "Monday",
]  # fmt: skip
"""Words that break what is not careful."""
LETTERS = "aAeéñ0128²⑨٣१፩𐩀  ..,,::;-–/#()@+'’°ªº%_\n\u0301\u200b\u202e\x00\u0130ßﷺ½Ⅻ😀"
"""Letters, digits and signs that such words are made of."""
NUMBERS = [
    0,
    -1,
    1,
    2**31,
    -(2**31) - 1,
    2**53,
    2**63,
    -(2**63) - 1,
    10**30,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
]
JUNK = [
    *NUMBERS,
    None,
    True,
    False,
    "",
    "x",
    "0",
    "²",
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 10_000,
    [],
    [None],
    {},
    {"id": 1},
]
_AGAIN = "a key that stands there already"
MOST = 4
"""Mutations of one update."""


def message(random: Random, words: list[str]) -> str:
    """Return a message made of the content's words, mistyped and mixed with odd ones, or of odd letters."""
    if random.random() < 0.1:
        letters = [chr(random.randrange(0x30000)) for _ in range(5)] + random.choices(LETTERS, k=random.choice([2, 9]))
        return "".join(random.choices(letters, k=random.choice([1, 8, 40, 400, 4096])))
    parts = []
    for _ in range(random.choice([0, 1, 2, 3, 5, 8, 13, 200])):
        word = random.choice(words)
        if random.random() < 0.2 and len(word) > 2:
            at = random.randrange(len(word))
            word = word[:at] + random.choice(["", word[at] * 2, "x"]) + word[at + 1 :]
        parts.append(random.choice(ODD) if random.random() < 0.15 else word)
    return random.choice([" ", " ", "", "\n"]).join(parts)


def code(random: Random, intents: list[str]) -> str:
    """Return the code of a button as a forged client may send it: any intent with any arguments, or no code."""
    arguments = [
        "", "0", "1", "-1", "99999999999999999999", "٣", "²", "III.6.a", "III.6.a#5", "III.99", "I", "II.4", "III",
        "en", "xx", "00", "zz", "0000zz", "en9", "en99999", "a+b", "+", "all/3", "III.6/-1", "III.6.a/x", "0815",
        "9999",
        "Europe/Paris", "../../etc", "Etc/GMT+2", "yes", "t", "csv", "topic", "topics", "time", "zone", "days",
        "1234567", "8", "sound", "\x00", "\ud800", "<b>", "' or 1=1", "7", "9" * 60,
    ]  # fmt: skip
    version = random.choice(["1"] * 9 + ["0", "2", "", "٣"])
    parts = [version, random.choice(intents), *random.choices(arguments, k=random.choice([0, 1, 1, 2, 2, 3, 4]))]
    return random.choice([":"] * 9 + ["::"]).join(parts)


def updates(random: Random, text: str, data: str) -> Iterator[Json]:
    """Yield a valid update of every kind that the bot listens to, about a text or the code of a button."""
    person = {"id": random.randrange(1, 2**40), "is_bot": False, "first_name": "Ana", "language_code": "fr"}
    places = _places(person["id"])
    for place in places:
        base = {"message_id": random.randrange(1, 2**31), "date": 1_795_000_000, "chat": place, "from": person}
        bot = {"id": 1, "is_bot": True, "first_name": "iamm", "username": "iamm_test_bot"}
        answered = base | {"from": bot, "text": "before"}
        for content in _contents(text, person):
            yield {"message": base | content}
            yield {"message": base | content | {"reply_to_message": answered}}
        yield {"message": base | {"text": f"@iamm_test_bot {text}", "message_thread_id": 7, "is_topic_message": True}}
        yield {"message": base | {"text": text, "sender_chat": {"id": -1009, "type": "channel", "title": "News"}}}
        yield {"edited_message": base | {"text": text, "edit_date": 1_795_000_100}}
        tap = {"id": "77", "from": person, "chat_instance": "1"}
        yield {"callback_query": tap | {"message": answered, "data": data}}
        yield {"callback_query": tap | {"message": {"message_id": 1, "date": 0, "chat": places[0]}, "data": data}}
        yield {"callback_query": tap | {"inline_message_id": "abc", "data": data}}
        yield {"callback_query": tap | {"message": answered, "game_short_name": "x"}}
        change = {"chat": place, "from": person, "date": 1_795_000_000}
        member = [{"status": s, "user": bot} for s in ("member", "left")] + [
            {"status": "kicked", "user": bot, "until_date": 0}, {"status": "member", "user": bot, "until_date": 5},
        ]  # fmt: skip
        before, after = random.sample(member, 2)
        yield {"my_chat_member": change | {"old_chat_member": before, "new_chat_member": after}}
    for where in ("sender", "private", "supergroup"):
        yield {"inline_query": {"id": "9", "from": person, "query": text, "offset": "", "chat_type": where}}


def broken(random: Random, update: Json) -> str:
    """Return an update as JSON with up to four things wrong with it."""
    tree = json.loads(json.dumps(update))
    for _ in range(random.choice([1, 1, 1, 2, MOST])):
        random.choice(_MUTATIONS)(random, tree)
    if random.random() < 0.1:  # a key that stands twice
        held = random.choice([tree, *(held[key] for held, key in _spots(tree) if isinstance(held[key], dict))])
        held[_AGAIN] = deepcopy(random.choice(JUNK))
    key = random.choice(["id", "text", "chat", "message", "from", "date", "data", "inline_query"])
    return json.dumps(tree).replace(_AGAIN, key)


def _places(person: int) -> list[Json]:
    return [
        {"id": person, "type": "private", "first_name": "Ana"},
        {"id": -500, "type": "group", "title": "Friends"},
        {"id": -100500, "type": "supergroup", "title": "Office", "is_forum": True},
    ]


def _contents(text: str, person: Json) -> list[Json]:
    file = {"file_id": "a", "file_unique_id": "b", "file_size": 9}
    photo = file | {"width": 1, "height": 1}
    words = text.split()
    command = [{"type": "bot_command", "offset": 0, "length": len(words[0])}] if text.startswith("/") else []
    return [
        {"text": text, "entities": command},
        {"text": text, "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org"}]},
        {"photo": [photo], "caption": text},
        {"photo": [photo]},
        {"voice": file | {"duration": 2}},
        {"audio": file | {"duration": 2, "title": text}},
        {"video": photo | {"duration": 2}},
        {"video_note": file | {"duration": 2, "length": 9}},
        {"document": file | {"file_name": text}},
        {"sticker": photo | {"type": "regular", "is_animated": False, "is_video": False, "emoji": "😀"}},
        {"location": {"latitude": 46.95, "longitude": 7.45}},
        {"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": text, "address": text}},
        {"contact": {"phone_number": "+41791234567", "first_name": text}},
        {"poll": {
            "id": "1", "question": "?", "options": [{"text": "a", "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"migrate_to_chat_id": -100501},
        {"migrate_from_chat_id": -500},
        {"new_chat_members": [person]},
        {"left_chat_member": person},
        {"new_chat_title": text},
        {"group_chat_created": True},
        {"forum_topic_created": {"name": text, "icon_color": 1}},
        {"forward_origin": {"type": "hidden_user", "date": 1_795_000_000, "sender_user_name": text}, "text": text},
        {"web_app_data": {"data": text, "button_text": text}},
    ]  # fmt: skip


# What can go wrong with a tree.


def _spots(tree: Any) -> list[tuple[Any, Any]]:
    """Return every key of every mapping and list, each with what holds it."""
    found, waiting = [], [tree]
    while waiting:
        held = waiting.pop()
        keys = list(held) if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
        for key in keys:
            found.append((held, key))
            waiting.append(held[key])
    return found


def _drop(random: Random, tree: Json) -> None:
    if spots := _spots(tree):
        held, key = random.choice(spots)
        del held[key]


def _put(random: Random, tree: Json) -> None:
    if spots := _spots(tree):
        held, key = random.choice(spots)
        held[key] = deepcopy(random.choice(JUNK))


def _swap(random: Random, tree: Json) -> None:
    if spots := _spots(tree):
        (one, here), (other, there) = random.choice(spots), random.choice(spots)
        one[here], other[there] = json.loads(json.dumps(other[there])), json.loads(json.dumps(one[here]))


def _nest(random: Random, tree: Json) -> None:
    if spots := _spots(tree):
        held, key = random.choice(spots)
        for _ in range(random.choice([1, 2, 100])):
            held[key] = random.choice([[held[key]], {key if isinstance(key, str) else "x": held[key]}])


def _enlarge(random: Random, tree: Json) -> None:
    if spots := _spots(tree):
        held, key = random.choice(spots)
        if isinstance(held[key], str | list):
            held[key] = held[key] * random.choice([2, 100, 1000])
        elif isinstance(held[key], int | float):
            held[key] = random.choice(NUMBERS)


def _write(random: Random, tree: Json) -> None:
    texts = [(held, key) for held, key in _spots(tree) if isinstance(held[key], str)]
    if texts:
        held, key = random.choice(texts)
        held[key] = random.choice(["", held[key]]) + "".join(random.choices(ODD, k=random.choice([1, 3, 30])))


def _rename(random: Random, tree: Json) -> None:
    named = [(held, key) for held, key in _spots(tree) if isinstance(held, dict)]
    if named:
        held, key = random.choice(named)
        held[random.choice(["", "x", key.upper(), "from", "chat", "text", "date", "\x00"])] = held.pop(key)


def _date(random: Random, tree: Json) -> None:
    dates = [(held, key) for held, key in _spots(tree) if isinstance(key, str) and key.endswith("date")]
    if dates:
        held, key = random.choice(dates)
        held[key] = random.choice([0, -1, 2**31, 2**40, 2**63, 1e30, "2026-11-23", None, float("nan")])


_MUTATIONS: list[Callable[[Random, Json], None]] = [_drop, _put, _put, _swap, _nest, _enlarge, _write, _rename, _date]
