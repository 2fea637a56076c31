"""Words of the three languages that are names of places too, or nearly."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text with spaces between them."""
    return frozenset(text.split())


# Names that are words, first names or brands as well: a sentence means the place by a capital letter and a cue.
_NAMES = """
    aba adana argentine aurora baise bari barinas bath batman beni bida bor brent brest canoas canton car carrefour
    castries catar charlotte chiba chita cocos colonia columbus corrientes daca damas dar darwin david dominique
    dori douglas eau erode fez gaya genes granada grenade guadalupe hamilton hue huye ife imus inde islands jersey
    jordan jos kano kaya kira kos kota la latur laval logan lome male maurice mauricio medina mesa minna miri mobile
    moria most muar natal nice nogales oral orange oyo palma palmas pasto pelotas porto posadas preston queens
    reading renk reunion roma rosario rosetta sakai sale salem salta sana santos shire split stanley sucre suede
    surat surrey tanga tanta teni tete toyota tula uyo valence van vaughan victoria vienne virar vladimir warri wau
    wellington
"""
_PHRASES = """
    la paz, el paso, the valley, gold coast, central coast, west island, long beach, big apple, campo grande, road
    town, lu an, ya an, di an, xi an, ta if, ha il, ben cat, le cap, villa nueva, saint pierre, saint martin, saint
    paul
"""
# Frequent words that a letter tells from a name: no misspelt names.
_NEAR = """
    actores aduana africa africain aguila agustin alegria alejandra alemana alexandra alexandre algerien ambito
    american americas amores anadir andaba angela angels angers angles apenas arenas argentin argentinas argentino
    armonia asilo assaut assist atlantico australian australien austrian autora ayudar bailes baiser baisse banana
    banane barres basura batiment belgrano bernie blaise bombas boulogne bouton breast bulgarian buscan cabane
    cabida cabina cadena cagada calcula callado callar camara cameron campanas canaria cannon canons cansada cantan
    cantar cantons cantos canvas canyon captar carton casada centra centrale chaine chaire change changed changing
    chicos chinas chinos chirac claire cochon colonial colonias colonie colonne colores columbia compras constant
    constante coreen correa corriente create cubana cuenta damien daring darren dating detruit dresse easter
    ensenado espada esposo frances franche francis franck franco francs fresco gamble gender genera genere genese
    genres gentes george german germans gracia granja greene gustaria guyane hola hungaro hungry indian indias
    indica indole indonesian island israeli italian italien joining keeping korean largos libera libreria logran
    madame madera madero madres madura maduro malaise malaysian maleta manana mandado mandan mandate marcan marina
    masiva matado matrice medecine median mediana medica medico medida mention mentor messing mexicana mexicano
    modere monsieur monster monton mountains multas muralla musica natale nature nigerian pacifica pacifico
    pakistani palais paloma paraguas paraguayo parish partis pasadas pastor pelota philippine plague posada posible
    presion prestan pueblo putain quinto rancho readings recibe recipe remesas reseau reunio reunions reussie romana
    russian saison saltar salvado samsung seamos semilla servia settle shining soudain sucede suisses survey syrian
    syrien talkin tampoco tantas tantos tantot tcheque tirada tirant tomara tombes trampa triste tumbas tumeur
    tunisien turque ukrainian uruguaya uruguayo vaticano venezolana venezolano victorian victorias vienen villanueva
    visado wanting warmer warner warning whales winning zombie
"""
WORDS = words(_NAMES) | words(_NEAR) | {" ".join(phrase.split()) for phrase in _PHRASES.split(",")}
"""By their key, as `table.key` makes it."""
DOUBTFUL = words("la car eau et ct mt pt cat eat art pet cot est ist wat wet west ast bot mst vet ect ict")
"""Abbreviations that are words, or other abbreviations, as well (the CAT, l'EST): they count in capitals alone."""
DEEDS = words(
    "accord accords acuerdo acuerdos agreement agreements appel call carta charte charter compact compromiso "
    "conference conferences conferencia consulta consultas consultation consultations convencion convenio "
    "convention conventions cumbre declaracion declaration dialogo dialogos dialogue dialogues estatuto framework "
    "iniciativa initiative marco pact pacte pacto proceso procesos process processes processus protocol protocole "
    "protocoles protocolo protocolos protocols reglamento reglement regulation rules sommet statut statute summit "
    "traite tratado treaty"
)
"""What is named after a city, which is then no place to live in: the Bern Initiative, la Convention de Vienne."""
