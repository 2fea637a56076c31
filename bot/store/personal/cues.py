"""Words that announce what a number is: somebody's, or one of law, or how much of something."""

from __future__ import annotations

from bot.store.personal.rules import words

# Papers, files and accounts, and what they are called where they are issued. After one four digits suffice.
_PAPERS = (
    "passport passeport pasaporte id identity identité identidad card carte tarjeta carn[ée]t? permit "
    "permis permiso visa "
    "titre licen[cs]e matricule account acct compte cuenta till book "
    # files and what they are followed by
    "file case dossier expediente expte\\.? exp\\. folio radicado proceso trámite tramite solicitud recours demande "
    "application reference "
    "référence referencia ref réf receipt(?:_number)? aktenzeichen home_office uscis ofpra cnda unhcr "
    "acnur hcr iom oim "
    "admission barcode confirmation_number trn share_code constancia immicard travel_document laissez-passer brp gwf "
    "uci iuc oe azr symic agdref numéro_étranger a-number a# alien_(?:registration_)?number alien_card "
    # insurance and taxes
    "ssn itin social social_security sécurité_sociale sécu seguridad_social nir nss naf ahv avs niss (?-i:NAS) "
    "(?-i:SIN) sss umid crn "
    "national_insurance nin nino insee tfn tax_id steuer-id numéro_fiscal nif nip nit rfc rut ruc cuit "
    "cuil cpf (?-i:PAN) kra (?-i:PIN) "
    # identity, by country
    "dni dni_94 d\\.n\\.i nie n\\.?i\\.?e c\\.i ci cc (?-i:CE) cin cni nina c[ée]dula cui dpi dui curp ine (?-i:RUN) "
    "rg rnm dimex ppt rumv bsn "
    "v-number pesel cnp personnummer iqama qid hkid ktp mykad cccd tazkira cnic nic nid aadh?aa?r "
    "(?-i:FIN) (?-i:ARC) ausweis "
    "kimlik kimlik_no numéro_national "
    # banks
    "iban rib clabe cbu bvn sort_code routing ifsc"
)
PAPERS = words(_PAPERS)
LINK = words(
    "number numbers num no nr n n° nº n\\.º núm num[ée]ro número is es est was card carte code pin id de "
    "du del la el le of "
    "my mi mon with con avec identité identidad séjour extranjería office ref réf dossier file case "
    "grant section fiscal bancaire bancari[oa] bank refugee réfugié refugiad[oa] asylum asile asilo national "
    "nationale nacional "
    "[^\\W\\d_]{3,9}(?:an[ao]|ien(?:ne)?|in[ao]|ol[ao]|eñ[oa]|ais(?:e)?|ian|ese)"
)
"""What may stand between a paper and its number."""
FILES = r"(?i)file|case|dossier|expediente|folio|exp|ref|réf|proceso|radicado"

_OWN = words(
    "passport passeport pasaporte id card carte tarjeta account compte cuenta file dossier expediente c[ée]dula dni"
)
PERSONAL = (
    r"(?i)\b(?:t[ée]l|t[ée]l[ée](?:ph|f)\w+|phone|mobile|cell|cel|celular|m[óo]vil|call|text|ring|whats\w*|ll[áa]m\w+"
    r"|appele[rz]|rappele[rz]|joign\w+|joindre|contact\w*|fax|natel|gsm|(?<!\[)number(?!\sof)|num[ée]ro(?!\sd)"
    rf"|n[úu]mero(?!\sde\s[mpr])|my|mi|mon|{_OWN})\b"
)
"""What makes a number somebody's, some words before it."""
LEGAL = (
    r"(?i)\b(?:art(?:[íi]culos?|icles?|s)?|ch(?:apter|apitre)s?|cap[íi]tulos?|sections?|secci[óo]n(?:es)?"
    r"|pages?|págs?|pp?"
    r"|para(?:graph|graphe|s)?s?|párrafos?|conventions?|convenios?|resoluci[óo]n|r[ée]solutions?"
    r"|protocol[eo]?s?|ley|lois?"
    r"|laws?|act|d[ée]cret[os]?|decrees?|ordonnance|circulaire|dire[ck]ti(?:ve|va)s?|reglamento"
    r"|r[èe]glement|regulations?"
    r"|le[iy]|portaria|stat|nber|iza|cepr|knomad|arxiv|ssrn|pmid|pmc|jstor|doi|working\spaper|handle|hdl|objecti(?:ve|f)s?|objetivos?|isbn|issn|nor|cerfa|doc|cfr|rule|table(?:au)?|annexe?|iso|iec|icao"
    r"|norm[ea]?|(?-i:RO|FF|RS|SR|OJ|JO|DOUE|BOE)|years|años|années)"
    r"[\s.:]{1,3}(?:\([A-Z]{2}\)\s)?(?:(?:no|n°|nº|núm|n)[.\s]{0,3})?(?:L\.?\s?|R\.?\s?)?$"
)
"""What makes a number one of law or of a page, right before it."""
WORK = r"\b10\.\d{4,9}/\S*$"
"""The identifier of a publication, right before what ends it."""
VOLUME = r"\d\)?\s?[:,]\s?(?:pp?\.\s?)?$"
"""A volume of a journal, right before its pages."""
COURT = (
    r"(?:\b(?i:v|vs|versus)\b\.?\s|\sc\.\s[^\W\d_a-zß-öø-ÿ]"
    r"|\b(?:CE|CAA|CNDA|Cass|QPC|ECHR|CEDH|TEDH|GC|PPU|TJUE|CJUE|CJEU)\b|Supreme\sCourt|[Cc]our\s(?:suprême|de\scassation|européenne)"
    r"|Conseil\s(?:d['’]État|constitutionnel)|Tribunal\s(?:Supremo|Constitucional))"
)
"""What tells of a case in court, around its number."""
RULED = r"\b(?:CE|CAA|CNDA|Cass|TA)\b[^;?!]{0,40}(?:1[5-9]|20)\d\d, n° $"
"""What tells of a decision with its day, right before its number."""
INTER_AMERICAN = r"(?i)\b(?:case|caso|affaire|petition|petición)\s(?:no?\.?\s|n[°º]\s)?$"
"""What may be followed by the number of a case of the Inter-American Commission."""
OWNED = r"(?i)\b(?:my|our|his|her|their|mi|su|nuestr[oa]|mon|ma|notre|son)\b"
"""What makes something somebody's."""
NUMBERED = r"(?i)\bn(?:[°º]|\.\s?[º°o]|o\.|úm\.?|ro\.?)\s?:?\s?$"
"""What announces a number, not an amount, right before it."""

CURRENCY = (
    r"(?:us\$|[$€£¥₦₹]|usd|eur|chf|gbp|cad|mxn|cop|ars|clp|pen|brl|xof|xaf|f?cfa|ngn|kes|php|inr|pkr"
    r"|euros?|d[óo]l+ar(?:e?s)?"
    r"|francs?|pesos?|soles|pounds?|livres|rupees?|dirhams?|naira)"
)
UNIT = (
    rf"(?i)^[\s-]{{0,2}}(?:de\s|d['’]|of\s)?(?:{CURRENCY}(?!\w)|(?:people|personnes?|personas?|children"
    rf"|women|men|km²?|m²"
    r"|km2|ha|k|bn|m(?:illi(?:ons?|ards?)|illones|illón|il)|%)(?!\w)|(?P<noun>[^\W\d_]{4,20}[sx]))(?!\w)"
)
"""What is counted, right after its number: money, people, a measure, or any plural (`noun`)."""
NO_NOUNS = frozenset(
    ("gracias", "thanks", "always", "besides", "puis", "mais", "dans", "sans", "plus", "sous", "vous", "nous", "tous",
     "pues", "antes", "entonces", "hours", "heures", "horas", "days", "jours", "días", "this", "does", "perhaps",
     "jamais", "toujours", "alors")
)  # fmt: skip
QUANTITY = (
    r"(?i)\b(?:about|around|some|over|nearly|almost|than|up\sto|environ|près\sde|plus\sde|quelque|unos|unas|casi"
    r"|(?:total|arrivals?|arrivées|llegadas)(?:\sof|\sde|\s?:)?|(?:19|20)\d\d\s?:)\s$"
)
"""What says how many, right before a number."""
POPULATION = (
    r"(?i)\b(?:populations?|poblaci[óo]n(?:es)?|população|habitants|habitantes|inhabitants)\b[^\d.;!?\[\]]{0,30}$"
)
"""What says so a few words before."""
ROUND = r"(?i)(?:s/|\b(?:budget\sof|cerca\sde|más\sde|hasta|to|and|de|à))\s?$"
"""What does so before a round one."""
