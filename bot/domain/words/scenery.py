"""Words of what stands in a prompt beside the look of a person: who it may be, things, places, light, moods, lenses.

A word with a hyphen at its end stands for all words that begin so; see `bot.domain.words.looks`.
"""

# ruff: noqa: RUF001 - letters of other scripts are meant

from bot.domain.words.looks import listed

# Whoever has a face that can be painted: people, and those of stories. Any of these in a prompt is a person.
PEOPLE = listed(
    """woman women man men girl girls boy boys lady ladies gentleman gentlemen guy guys dude lad lass person people
    human humans adult adults teen teens teenager- kid kids child children baby toddler- infant elder elderly senior
    couple bride groom mother mom mum mommy father dad daddy parent parents son daughter sister brother twin twins
    siblings grandma grandmother granny grandpa grandfather aunt uncle cousin nephew niece huswife widow widower
    friend friends girlfriend boyfriend neighbor neighbour family crowd nobody someone somebody stranger
    he she him her his hers they them their i me my myself himself herself we us our who whose you
    character protagonist hero heroine villain villainess rogue sidekick face selfie headshot headshots
    profile
    actor actress actors model models singer rapper musician- guitarist drummer pianist violinist cellist dj dancer
    ballerina artist painter sculptor photographer writer poet author journalist reporter editor librarian teacher
    professor student scholar scientist researcher engineer architect builder carpenter plumber electrician
    mechanic welder blacksmith smith tailor seamstress cobbler weaver potter jeweler jeweller baker chef cook waiter
    waitress barista bartender butcher brewer farmer shepherd- gardener florist fisherman fisher angler hunter
    huntress trapper lumberjack miner sailor captain pirate- admiral navigator pilot aviator astronaut cosmonaut
    driver biker cyclist racer skater surfer swimmer diver runner sprinter athlete- boxer wrestler fencer archer
    gymnast footballer golfer climber hiker skier snowboarder coach doctor physician surgeon nurse dentist therapist
    pharmacist vet veterinarian paramedic firefighter fireman policeman policewoman cop detective sheriff
    deputy ranger guard guardian bouncer soldier marine sergeant general colonel lieutenant officer commander
    warrior knight paladin cleric priest- monk nun bishop pope rabbi imam shaman druid- wizard witch warlock
    sorcerer sorceress mage necromancer alchemist bard minstrel jester clown mime acrobat magician illusionist
    assassin thief burglar bandit outlaw gangster mobster spy agent mercenary bounty gladiator viking samurai ninja
    geisha ronin shogun emperor empress king queen prince princess duke duchess count countess baron baroness lord
    noble nobleman noblewoman aristocrat- butler maid servant slave- peasant villager merchant trader vendor
    shopkeeper owner ceo boss manager businessman businesswoman entrepreneur lawyer judge politician president
    senator mayor diplomat secretary accountant banker clerk cashier janitor cleaner worker- laborer labourer
    hacker programmer developer gamer streamer influencer blogger vlogger youtuber punk goth hippie hipster rocker
    cowboy cowgirl gunslinger explorer adventurer traveler traveller wanderer nomad tourist backpacker pilgrim
    hermit beggar refugee orphan prisoner inmate convict rebel survivor veteran scout chieftain chief warlord
    elf elven elves dwarf dwarven halfling hobbit gnome orc orcish goblin troll ogre giant giantess tiefling
    aasimar dragonborn drow fairy faerie fae pixie nymph dryad mermaid merman siren succubus incubus demon demoness
    devil angel- god goddess deity demigod vampire- dhampir werewolf werewolves lycan ghoul zombie- mummy banshee
    undead ghost lich reaper cyborg humanoid mutant superhero superheroine catgirl
    foxgirl wolfgirl bunnygirl kitsune neko oni tengu valkyrie amazon centaur satyr faun minotaur
    medusa gorgon sphinx genie djinn barbarian monkess fighter artificer summoner healer swordsman swordswoman
    spearman horseman rider lancer musketeer brother- lover muse bather sleeper reader bearer keeper seller maker
    player thinker dreamer teenage middle-aged man's woman's aged
    old-timer youngster businessperson freelancer volunteer activist supporter referee beekeeper falconer
    lighthouse-keeper samaritan psychic fortune-teller oracle prophet saint sage crone hag matriarch patriarch
    guide goalie goalkeeper steward stewardess attendant apprentice squire recruit cadet pupil disciple acolyte envoy
    herald courier champion heir heiress host hostess concierge medic aide assistant intern colleague patient guest fan
    groupie cheerleader quarterback linebacker jockey matador torero umpire hostage victim suspect accomplice anthro
    furry cosplay persona oc npc idol chad karen amish pharaoh sultan sultana raja rani maharaja tsar tsarina
    kaiser caesar zeus thor odin loki athena aphrodite hades poseidon anubis cleopatra dracula frankenstein santa
    krampus highlander cossack hussar conquistador legionary centurion hoplite crusader inquisitor templar scribe seer
    teammate crew squad band trio duo
    frau frauen mann männer mädchen junge dame herr kind kinder person mensch menschen oma opa mutter vater tochter
    sohn bruder schwester ritter- hexe zauber- kämpfer- krieger- fürst könig- prinz- prinzessin ärztin arzt lehrer-
    schüler- bäcker- fischer- matrose kapitän pirat- bäuer- bauer soldat- polizist- kellner- köch- koch jäger-
    händler- elfe elfen elfin zwerg ork vampir er ihr ihre sein seine jährige- jährig
    femme femmes homme hommes fille garçon dame monsieur enfant bébé personne vieille vieux jeune sorcière sorcier
    chevalier guerrier- guerrière marin pêcheur infirmière médecin roi reine princesse boulanger elle lui ans
    mujer mujeres hombre hombres chica chico niña niño señora señor anciana anciano persona joven bruja mago
    guerrera guerrero caballero marinero pescador enfermera médico rey reina princesa ella él años
    mulher mulheres homem homens menina menino senhora senhor idosa idoso pessoa jovem bruxa guerreira guerreiro
    cavaleiro marinheiro pescador- enfermeira rei rainha ela ele anos garota garoto rapaz moça
    donna donne uomo uomini ragazza ragazzo signora signore bambina bambino anziana anziano persona giovane strega
    mago guerriera guerriero cavaliere marinaio pescatore infermiera regina lei lui anni
    kobieta mężczyzna dziewczyna chłopak chłopiec dziecko pani pan starsza starszy wiedźma rycerz wojownik-
    żeglarz król królowa женщин- мужчин- девушк- девоч- парень парня мальчик- ребен- ребён- человек- люди старик-
    бабушк- дедушк- ведьм- рыцар- воин- моряк- король корол- принцесс- она он лет
    женщина мужчина vrouw man meisje jongen kvinna flicka pojke kadın adam kız erkek жінк- чоловік- дівчин- хлоп-
    wanita pria perempuan gadis"""
)

# What is seen of a face wherever it stands: of these one tells that a person is meant.
FACES = listed(
    """hair haired hair- eyed freckl- beard beards bearded moustache- mustache- stubble goatee blonde brunette
    redhead- ponytail- braids braided pigtails dreadlocks skinned lipstick eyeliner eyeshadow smiling smile smiles
    grinning frowning cheekbones wrinkles eyelashes eyebrows jawline complexion haare haarig sommersprossen cheveux
    rousseur barbe pelo cabello pecas barba cabelos sardas capelli lentiggini włosy piegi волосы веснушк- бород-"""
)

# What is no person: alone in front of its places, a prompt is about it. Written as English has it, last in its phrase.
THINGS = listed(
    """landscape- scenery vista view views panorama skyline cityscape seascape horizon nature wilderness wildlife
    mountain mountains hill hills valley valleys canyon canyons cliff cliffs cave caves cavern volcano volcanoes
    glacier iceberg desert dunes dune oasis savanna savannah prairie meadow meadows field fields plain plains
    forest forests jungle rainforest woods woodland swamp marsh tundra island islands beach beaches coast coastline
    shore shoreline bay lagoon reef ocean oceans sea seas wave waves lake lakes pond river rivers stream creek
    waterfall waterfalls rapids fountain sky skies cloud clouds storm thunderstorm lightning tornado hurricane rain
    rainbow snow snowfall blizzard fog mist frost ice aurora sunset sunsets sunrise dawn dusk twilight night
    moonlight sun moon star stars galaxy galaxies nebula planet planets space cosmos universe comet asteroid earth
    tree trees oak pine willow bamboo bonsai cactus cacti palm flower flowers rose roses tulip tulips sunflower
    sunflowers lily lotus orchid orchids bouquet garden gardens orchard vineyard leaf leaves grass moss mushroom
    mushrooms fern plant plants vine vines log
    city cities town village hamlet street streets road roads highway alley alleyway square plaza market bridge
    bridges tunnel harbor harbour port pier dock docks marina lighthouse windmill watermill mill barn farm farmhouse
    cottage cabin hut house houses home mansion villa palace castle castles fortress fort citadel tower towers
    skyscraper skyscrapers building buildings church cathedral chapel temple temples mosque pagoda shrine monastery
    abbey pyramid pyramids ruin ruins tomb cemetery graveyard monument statue statues sculpture arch gate gates wall
    walls door doors window windows room rooms bedroom bathroom kitchen livingroom interior interiors exterior
    office library classroom school university hospital hotel restaurant cafe café diner bar pub tavern inn shop
    store bakery bookstore mall supermarket warehouse factory laboratory lab garage station airport runway stadium
    arena theater theatre museum gallery staircase stairs hallway corridor balcony terrace rooftop courtyard
    playground park zoo campsite tent treehouse igloo greenhouse pool dungeon throne
    car cars sportscar supercar truck trucks lorry van bus tram train trains locomotive subway motorcycle motorbike
    scooter bicycle bike bikes tractor tank tanks ambulance taxi cab jeep limousine carriage wagon cart sleigh ship
    ships boat boats sailboat yacht ferry canoe kayak submarine galleon cruiser airplane plane planes aircraft jet
    jets helicopter airship zeppelin balloon balloons rocket rockets spaceship spaceships spacecraft shuttle
    satellite ufo drone drones engine motor wheel wheels
    cat cats kitten kittens dog dogs puppy puppies wolf wolves fox foxes bear bears panda pandas koala lion lions
    lioness tiger tigers leopard cheetah panther jaguar elephant elephants giraffe giraffes zebra zebras rhino
    hippo horse horses pony donkey cow cows bull bulls sheep lamb goat goats pig pigs deer stag moose elk rabbit
    rabbits bunny hare squirrel squirrels hamster mouse mice rat rats hedgehog beaver otter otters raccoon badger
    skunk bat bats monkey monkeys gorilla chimpanzee ape apes kangaroo camel llama alpaca bird birds eagle eagles
    hawk falcon owl owls raven crow parrot parrots peacock flamingo swan swans duck ducks goose geese chicken
    rooster penguin penguins hummingbird robin sparrow seagull pelican fish fishes goldfish koi shark sharks whale
    whales dolphin dolphins seal seals octopus squid jellyfish crab lobster shrimp turtle turtles tortoise frog
    frogs toad lizard chameleon gecko iguana snake snakes crocodile alligator dinosaur dinosaurs dragon dragons
    phoenix unicorn unicorns griffin hydra kraken insect insects butterfly butterflies bee bees beetle beetles
    spider spiders ant ants dragonfly ladybug snail moth animal animals creature creatures pet pets
    food foods meal dish dishes breakfast lunch dinner dessert desserts cake cakes cupcake cupcakes pie pies cookie
    cookies donut donuts doughnut pancake pancakes waffle waffles bread loaf croissant croissants bagel sandwich
    sandwiches burger burgers hamburger pizza pizzas pasta spaghetti noodles ramen sushi taco tacos burrito steak
    soup stew salad salads curry rice cheese egg eggs fruit fruits apple apples banana bananas orange oranges lemon
    lemons strawberry strawberries grapes cherry cherries watermelon pineapple peach peaches avocado tomato tomatoes
    potato potatoes carrot carrots pumpkin pumpkins vegetable vegetables chocolate candy candies icecream cream
    coffee espresso cappuccino latte tea teapot milkshake smoothie cocktail cocktails wine beer whiskey juice
    bottle bottles glass cup cups mug mugs bowl plate tray basket jar
    chair chairs sofa couch table tables desk lamp lamps lantern lanterns candle candles chandelier bed bookshelf
    bookshelves shelf clock clocks watch watches mirror vase vases pot pots teacup carpet rug curtain curtains
    fireplace stove oven fridge sink bathtub toilet computer computers laptop keyboard phone smartphone camera
    cameras headphones radio television tv console gadget chip circuit machine machinery gears tool tools hammer
    wrench toolbox sword swords dagger daggers knife knives axe axes bow shield shields helmet armor gun guns pistol
    rifle cannon weapon weapons treasure chest crown ring rings necklace diamond diamonds gem gems crystal crystals
    gold coin coins key keys lock map maps globe compass book books scroll letter letters newspaper poster posters
    logo logos icon icons emblem badge symbol symbols sign typography font lettering pattern patterns texture
    textures wallpaper background backgrounds backdrop abstract fractal mandala geometry shapes swirl swirls
    gradient infographic diagram chart blueprint floorplan schematic flag flags banner sticker stickers packaging
    product products perfume sneaker sneakers shoe shoes handbag backpack dress suit hat toy toys doll teddy lego
    guitar guitars piano violin drum drums trumpet saxophone instrument instruments ball football basketball
    skateboard surfboard chessboard chess dice cards card puzzle robotarm still-life life diorama miniature
    snowman scarecrow fire campfire bonfire flames explosion fireworks smoke bubble bubbles feather feathers shell
    shells stone stones rock rocks pebbles sand mud puddle skull bones heart wings nest cobweb spiderweb webs
    playset maze labyrinth portal vehicle vehicles furniture jewelry technology steam-engine
    typewriter marble web webs board boards potion potions hall halls cone scene graffiti ornament ornaments origami
    mosaic stainedglass necropolis outpost bunker silo dam quarry mine mines canal fjord geyser cosmos observatory
    telescope microscope robot robots mech mecha statue bust figurine keychain mousepad tshirt-design album cover
    bookcover thumbnail avatar-frame screensaver kite hammock parasol umbrella umbrellas suitcase luggage wallet
    lipstick bathroom-tiles pebble boulder savannah steppe wetlands delta archipelago atoll"""
)
# The same in languages that put the thing first, or write it as one word.
THINGS_FIRST = listed(
    """berg berge landschaft- wald wälder see meer strand fluss wasserfall himmel sonnenuntergang sonnenaufgang stadt
    dorf straße brücke schloss burg turm haus häuser kirche auto zug schiff boot flugzeug katze hund pferd vogel
    adler fisch löwe bär wolf blume blumen baum kuchen brot pizza tasse tisch stuhl uhr schwert garten
    montagne paysage- forêt lac mer plage rivière cascade ciel coucher ville village rue pont château tour maison
    église voiture train bateau avion chat chien cheval oiseau fleur fleurs arbre gâteau pain épée jardin
    montaña paisaje bosque lago mar playa río cascada cielo atardecer amanecer ciudad pueblo calle puente castillo
    torre casa iglesia coche carro tren barco avión gato perro caballo pájaro flor flores árbol pastel espada jardín
    montanha paisagem floresta praia cachoeira céu pôr cidade vila rua ponte castelo igreja navio avião cachorro
    cavalo pássaro árvore bolo montagna paesaggio foresta spiaggia fiume cielo tramonto alba città strada castello
    chiesa macchina treno nave aereo gatto cane cavallo uccello fiore fiori albero torta spada giardino
    góra góry krajobraz las jezioro morze plaża zachód miasto most zamek dom kościół samochód pociąg statek kot pies
    koń ptak kwiat kwiaty drzewo гора горы пейзаж- лес озеро море пляж река водопад небо закат рассвет город деревня
    улица мост замок башня дом церковь машина поезд корабль лодка самолет самолёт кошка кот собака лошадь птица
    цветок цветы дерево торт"""
)

# What follows one of these is not there.
WITHOUT = listed("no without not ohne kein keine keinen sans aucun aucune sin ningún sem nenhum senza bez без")

LIGHT = listed(
    """light lights lit lighting sunlight moonlight moonlit sunlit candlelight candlelit backlit backlight backlighting
    neon golden-hour glow glowing shadow shadows dusk dawn sunset sunrise noon midday midnight twilight morning evening
    afternoon night nighttime daytime daylight overcast foggy misty rainy snowy sunny stormy rain snow fog mist dim hour
    licht beleuchtung sonnenuntergang dämmerung lumière crépuscule aube luz atardecer amanecer luce tramonto alba"""
)
MOODS = listed(
    """laughing laughs smiling smile smiles grinning grin smirking smirk frowning frown crying tears weeping angry anger
    furious sad sadness happy happiness joyful joy cheerful serious stern pensive thoughtful melancholic melancholy
    scared afraid terrified surprised shocked bored tired sleepy confident proud shy embarrassed blushing flirty
    dreamy calm peaceful relaxed excited worried anxious nervous determined mysterious moody screaming shouting
    singing winking pouting yawning expression mood lachend- lächelnd- weinend- wütend- traurig- fröhlich- glücklich-
    ernst ernste ernster müde souriant- riant triste fâché- sérieu- heureu- sonriendo sonrient- riendo enojad- seria
    serio feliz sorrindo rindo sorridente ridendo arrabbiat- felice"""
)
# Those that are had, not done: what stands before them belongs to them, `a warm smile`.
MOODS_HAD = listed("smile grin smirk frown expression mood tears anger sadness happiness joy")
LENSES = listed(
    """photo photograph photography photorealistic photoreal realistic realism hyperrealistic hyperrealism portrait
    portraits headshot closeup close-up shot shots lens 35mm 50mm 85mm 105mm 135mm mm bokeh aperture focus depth blur
    blurred blurry cinematic film grain kodak fujifilm leica canon nikon polaroid hdr uhd 4k 8k 16k resolution detailed
    detail details quality masterpiece studio editorial documentary render rendered octane unreal artstation trending
    style styled painting illustration drawing sketch watercolor watercolour anime cartoon comic digital art artwork
    background backdrop composition framing angle wide-angle full-body half-body upper-body"""
)
# Worn today, and not tomorrow.
CLOTHES = listed(
    """wear wears wearing wore dressed clad outfit- attire costume- clothes clothing dress dresses gown skirt- shirt-
    blouse- jacket- coat coats hoodie- sweater- sweatshirt jumper cardigan vest jeans trousers pants shorts leggings
    boots shoes sneakers heels sandals gloves scarf shawl hat cap beanie helmet hood hooded cloak cape robe- armor
    armour uniform- suit tuxedo tie kimono apron swimsuit bikini lingerie pajamas t-shirt tshirt turtleneck
    earring- necklace- bracelet- crown tiara headphones backpack kleid anzug jacke mantel robe chemise manteau vestido
    camisa abrigo vestito camicia giacca"""
)
ACTIONS = listed(
    """standing stands sitting sits seated walking walks running runs riding rides holding holds carrying carries
    looking looks gazing staring reading reads writing playing plays dancing dances drinking drinks eating eats cooking
    fighting fights jumping flying swimming driving sleeping lying leaning kneeling posing poses waving pointing
    working training casting wielding wields stehend sitzend debout assise assis sentada sentado seduta seduto"""
)
# What ends as a word for an act does, and is none, or says how somebody looks: `scar reaching the chin`.
NOT_DONE = listed(
    """being viking halfling changeling hireling fledgling duckling darling sibling string strings morning spring
    something nothing anything everything evening balding aging ageing greying graying receding thinning missing lacking
    depicting showing resembling reaching falling flowing hanging framing covering growing"""
)
# Of the words for people those that tell nobody by themselves: `skyline behind her`, `a kind smile`.
POINTING = listed(
    "he she him her his hers they them their i me my myself himself herself we us our who whose you er ihr ihre sein"
    " seine elle lui ella él ela ele lei она он kind"
)
# How much of what follows.
VERY = listed("very so really quite rather slightly extremely incredibly sehr très muy muito molto")
# Articles and the like.
SMALL = listed(
    """a an the some two three four five many several old new big small little tiny huge of and & ein eine einen
    der die das un une le la les des una el los las unos unas um uma o os as uno il lo i gli"""
)
# What comes before that which a picture is of: `photo of`.
PICTURES = listed(
    """photo photograph picture image painting illustration drawing sketch render rendering portrait shot view
    closeup close-up watercolor watercolour poster wallpaper foto bild gemälde peinture dessin imagen pintura
    dibujo imagem immagine dipinto"""
)
# Behind one of these stands where something is, or what is done.
WHERE = listed(
    """in on at under over above below beneath near by beside behind before against inside within outside through
    along across around between among atop upon off into onto toward towards during after amid beyond facing with from
    covered made surrounded filled for im am auf an bei unter über vor hinter neben zwischen mit aus sur dans
    sous avec près devant derrière en sobre bajo con junto ante cerca em no na nos nas sob com perto su sotto
    nel nella sul sulla presso w pod nad przy z в во на под над у при с со перед за"""
)
# Ages in words.
AGED = listed(
    """year-old years-old yo y/o aged twenty thirty forty fifty sixty seventy eighty ninety twenties thirties
    forties fifties sixties seventies eighties teens"""
)
# Things that people are called.
NAMES = listed(
    """lily rose robin river star sky dawn jasmine iris daisy ruby amber pearl ivy hazel willow wolf raven hawk fox
    ash sage storm summer autumn rain luna sol jade opal crystal gem coral clay cliff reed rowan basil ginger
    pepper olive cherry clementine violet heather holly fern forest brook lake ocean sandy rocky bear tiger
    phoenix sunny sparrow wren jay dove aurora nova orion leo vega onyx diamond penny rusty buck blaze flint
    stone colt chance"""
)
