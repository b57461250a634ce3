"""Reports in our own words, line by line as a page would show them, to be dressed as pages of many kinds."""

FERRY = (
    "A ferry with 214 people on board ran aground off the island of Kastellos early on Wednesday, the coast guard said.",
    "All passengers were taken off by fishing boats within three hours. Nine were treated for cuts and the cold.",
    "“The captain told us to sit down and hold on to something,” said Eleni Markou, who was travelling with two children. “Then the lights went out.”",
    "The wind was blowing at force seven at the time.",
    "Prosecutors in Piraeus have opened an inquiry. The ship, built in 1994, passed its last inspection in March.",
    "It was the second time in a year that a vessel of the same company had to be evacuated.",
)
HARVEST = (
    "Farmers in the Po valley have brought in a third less rice than last year, the growers' association said in its yearly report.",
    "Salt water crept 18 kilometres up the river's arms in July, and the pumps were switched off for nine days.",
    "“You can taste it in the canals,” said Luca Bertani, whose family has grown rice near Ostiglia since 1931.",
    "What the growers want",
    "A barrier at the mouth of the river.",
    "Two reservoirs in the hills above Cremona.",
    "Money for seed that stands more salt.",
    "The ministry has set aside 40 million euros, a fifth of what the barrier alone would cost.",
    "A decision is expected before Christmas.",
)
STADIUM = (
    "Torpedo Lviv will play the rest of the season in an empty ground after a flare hit a linesman during Saturday's match against Metalist.",
    "The league also took three points from the club and fined it 25,000 euros.",
    "The linesman, Andrij Bilyk, left hospital on Sunday with burns on one hand.",
    "“One person threw it and 11,000 are punished,” the club's chairman said. He will appeal.",
    "Torpedo are now fourteenth, two points above the places that go down.",
)
VACCINE = (
    "A vaccine against the tick-borne fever that kills some 600 people a year on the steppe works in four cases out of five, a trial with 8,200 herders suggests.",
    "The volunteers were given two doses six weeks apart and watched over two summers.",
    "Side effects were mild: a sore arm in most, fever for a day in one of twenty.",
    "How the trial was done",
    "Half of the herders got the vaccine and half a jab against tetanus. Neither they nor the nurses knew which.",
    "Of those with the new vaccine 11 fell ill, of the others 58.",
    "“It is not perfect and it is much better than nothing,” said Aigerim Satpayeva of the institute in Almaty that led the work.",
    "The makers want to ask for approval in the spring.",
)
BUDGET = (
    "The city council of Rotterdam has voted to close four of its eleven public swimming pools to save 6.3 million euros a year.",
    "The vote was 24 to 21. It came after seven hours of debate and a demonstration by children with rubber rings.",
    "Two of the pools will go in January, the others after the summer.",
    "Alderman Pieter de Wit said that heating them had become three times as dear since 2021.",
    "The opposition calls the plan short-sighted: every second child in the south of the city cannot swim at eleven.",
)
ROBOT = (
    "A start-up in Tallinn says its robots can weed a hectare of carrots in an hour, about as fast as forty people.",
    "The machines, the size of a desk, tell a carrot from a weed by the shape of its leaves and burn the weed with a laser.",
    "Three farms have ordered 20 of them for next year.",
    "Each costs 68,000 euros, or 900 a month to rent.",
    "“We do not sell robots, we sell clean fields,” said Mari Tamm, who founded the firm with two fellow students in 2021.",
    "It has raised 12 million euros so far, mostly from a fund of the Estonian state.",
    "Competitors in France and California use sprayers instead, which are cheaper and less exact.",
)
GERMAN = (
    "Die Bahn sperrt die Strecke zwischen Uelzen und Stendal vom 6. Januar an für elf Wochen.",
    "Auf 113 Kilometern sollen Schienen und 41 Weichen erneuert werden, teilte das Unternehmen am Freitag mit.",
    "Fernzüge werden über Hannover umgeleitet und brauchen rund 40 Minuten länger.",
    "„Für Pendler ist das bitter“, sagte Landrat Karsten Ohlsen. „Aber so wie bisher konnte es nicht weitergehen.“",
    "Busse fahren",
    "Im Nahverkehr fahren Busse, werktags alle 30 Minuten. Fahrräder werden nicht mitgenommen.",
    "Die Kosten von 240 Millionen Euro trägt der Bund.",
)
FRENCH = (
    "Le gouvernement renonce à fermer les deux dernières maternités du département de la Creuse, a annoncé jeudi la ministre de la santé.",
    "La décision, attendue depuis le mois de juin, intervient après onze semaines de mobilisation des habitants.",
    "« Nous avons été entendus, mais nous resterons vigilants », a déclaré Mathilde Perrin, sage-femme à Guéret.",
    "Quelque 740 naissances ont été enregistrées l'an dernier dans les deux établissements, contre 1 150 en 2010.",
    "Un rapport de l'inspection générale, remis en septembre, recommandait leur regroupement.",
    "La ministre promet le recrutement de six médecins avant la fin de l'année.",
)
SPANISH = (
    "El Ayuntamiento de Almería ha cortado el agua durante doce horas al día en siete pueblos de la sierra desde este lunes.",
    "Los pozos están al 9 % de su capacidad, el nivel más bajo desde que hay registros, según la confederación hidrográfica.",
    "“Llenamos la bañera por la mañana y con eso vivimos”, cuenta Rosario Gil, vecina de Bacares.",
    "Unos 4.300 habitantes están afectados.",
    "El alcalde ha pedido al Gobierno tres camiones cisterna y 1,2 millones de euros para una nueva tubería.",
    "No se esperan lluvias antes de dos semanas.",
)
UKRAINIAN = (
    "На Харківщині внаслідок удару по залізничній станції поранено сімох людей, повідомив начальник обласної адміністрації.",
    "Серед постраждалих двоє провідників і машиніст пасажирського поїзда.",
    "Пошкоджено контактну мережу на ділянці завдовжки 900 метрів, рух обмежено до вечора.",
    "«Ми встигли зупинити поїзд за двісті метрів від станції», — розповіла чергова Наталія Гриценко.",
    "Укрзалізниця призначила автобуси для 312 пасажирів, які не змогли виїхати вчасно.",
)
RUSSIAN = (
    "В Казахстане паводок разрушил мост на трассе между Актобе и Кандыагашем, сообщили в министерстве по чрезвычайным ситуациям.",
    "Движение закрыто не менее чем на десять дней, объезд составляет 140 километров.",
    "Пострадавших нет. Из двух посёлков вывезли 86 человек и более 400 голов скота.",
    "Вода в реке Илек поднялась за сутки на 1,7 метра, сказал представитель гидрометслужбы Ерлан Сеитов.",
    "Временную переправу обещают построить военные инженеры.",
)
POLISH = (
    "Od poniedziałku na przejściu granicznym w Medyce będą pracować cztery dodatkowe stanowiska kontroli, poinformowała straż graniczna.",
    "W miniony weekend kierowcy ciężarówek czekali na wjazd nawet 57 godzin.",
    "– Kolejka sięgała dziewiątego kilometra – mówi Tomasz Wrona, który przewozi części do traktorów.",
    "Ruch osobowy odbywa się bez zakłóceń.",
    "Nowe stanowiska kosztowały 3,4 mln złotych. Połowę zapłaciła Unia Europejska.",
)
ITALIAN = (
    "Il ponte sullo Stretto di Caronte resterà chiuso fino alla fine di aprile, ha detto martedì il prefetto di Messina.",
    "Le verifiche hanno trovato crepe in tre dei quattordici piloni, costruiti nel 1968.",
    "«Abbiamo fatto in tempo», ha spiegato l'ingegnera Paola Ferri, che ha guidato i controlli.",
    "Ogni giorno lo attraversavano circa 9.500 veicoli.",
    "La deviazione passa per la statale 113 e allunga il viaggio di venti minuti.",
)
