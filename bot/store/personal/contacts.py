"""Links, e-mail addresses and the names that people have in networks."""

from __future__ import annotations

from bot.store.personal.rules import Rule, words

_LOCAL = r"(?<![\w.+'%-])[\w.+'%-]{1,64}"
_ENDING = r"(?:com|org|net|edu|gov|gob|gouv|info|int|eu|[a-z]{2})\b"
_PROVIDER = words(
    "gmail g-mail googlemail hotmail outlook yahoo live icloud proton(?:mail)? orange free laposte "
    "wanadoo sfr bluewin gmx web aol"
)
_JOINED = words(
    "dot punto point ponto underscore guion_bajo guión_bajo guion guión barra_baja tiret_bas tiret dash [._]"
)
_DIGIT = words(
    "zero one two three four five six seven eight nine eighty ninety uno dos tres cuatro cinco un deux trois"
)
_SPACED = rf"{_LOCAL}(?:\s[._]\s?[\w+-]{{1,64}}){{0,3}}"
_SPELLED = rf"{_LOCAL}(?:\s{_JOINED}\s[\w.+-]{{1,64}}){{0,4}}(?:\s{_DIGIT}){{0,4}}"
_MARKED_DOT = r"\s?(?:[\[({<]\s?(?:dot|punto|point|ponto|pt|\.)\s?[\])}>]|[-_*/](?:dot|punto|point)[-_*/])\s?"
_DOT = rf"(?:{_MARKED_DOT}|\s(?:dot|punto|point|ponto)\s|\s?\.\s?(?={_ENDING}|\w+\.\w)|\.)"
_AT = (
    r"(?:\s?(?:[\[({<]\s?(?:at|arroba|arobase|chez|@)\s?[\])}>]|[-_*/](?:at|arroba|arobase)[-_*/])\s?"
    r"|\s(?:arroba|arobase|@)\s)"
)

# A spelled sign and what follows it: the surer the sign, the less.
_DOMAINS = (
    rf"{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{0,4}}",
    rf"\s?[\[({{<]\s?a\s?[\])}}>]\s?(?:{_PROVIDER}\b|[\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{1,4}})",
    r"\sat\s[\w-]{1,63}(?:\sdot\s[\w-]{2,63}){1,4}",
    rf"\schez\s[\w-]{{1,63}}(?:\spoint\s{_ENDING}){{1,2}}",
    rf"\s(?:at|chez|en)\s{_PROVIDER}{_DOT}[a-z]{{2,4}}(?:{_DOT}[a-z]{{2}})?\b",
)

_NETWORK = words(
    "telegram tg insta(?:gram)? ig skype snap(?:chat)? tiktok twitter facebook fb messenger we_?chat discord whats_app "
    "viber signal linkedin vk kakao(?:_?talk)? line_id zalo threema imo botim bigo reddit mastodon weibo xing"
)
_ACCOUNT = r"(?:[\s,]{1,2}(?:id|user(?:name)?|name|handle|account|usuario|cuenta|pseudo|compte|nick))?"
# What tells a name in a network from a word.
_HANDLE = r"(?=[^\W\d_][\w.:-]{0,63}[\d_.:#]\w)[^\W\d_][\w.:-]{2,63}\w(?:#\d{3,5}\b)?"
_NOT_HANDLE = (
    r"(?!(?:not|no|pas|used|blocked|hacked|broken|down|better|bloqu\w+|hacke\w+|pirat\w+|usado|mejor"
    r"|utilis\w+|the|a|un|una"
    r"|une|el|la|le|mi|my|mon|working|private|privad\w+|privé)\b)"
)

RULES = (
    Rule(r"(?i)\b(?:(?:https?|ftp|tg)://|www\.|(?:t|wa)\.me/)\S+", "[link]"),
    # An address without its beginning, as people copy it: a domain and a path.
    Rule(r"(?i)(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/[\w@~?=%&][^\s]*", "[link]"),
    Rule(
        rf"[\w.+'%-]{{1,64}}[@\uFF20]{{1,2}}[\w-]{{1,63}}(?:(?:[.,]|(?i:{_MARKED_DOT}))[\w-]{{2,63}}){{0,5}}", "[email]"
    ),
    # With a space around the sign or the dot.
    Rule(rf"(?i){_SPACED}\s?@\s?[\w-]{{1,63}}(?:\.[\w-]{{2,63}}|\s?\.\s?{_ENDING}){{1,4}}", "[email]"),
    # Spelled out: "juan arroba gmail punto com", "name [at] example [dot] org".
    Rule(rf"(?i){_SPELLED}(?:{'|'.join(_DOMAINS)})", "[email]"),
    Rule(r"(?<![\w@])@\w[\w.]{1,62}\w", "[name]"),
    Rule(rf"(?i)(?P<cue>\b{_NETWORK}{_ACCOUNT}\s?[:=]?\s?){_HANDLE}", "[name]"),
    Rule(
        rf"(?i)(?P<cue>\b(?:my|mi|mon|ma)\s(?:\w+\s(?:de\s|d['’])?)?{_NETWORK}{_ACCOUNT}\s?(?:is|es|est"
        rf"|c['’]est|:|=)\s?)"
        rf"{_NOT_HANDLE}\w[\w.:-]{{2,63}}(?:#\d{{3,5}}\b)?",
        "[name]",
    ),
)
