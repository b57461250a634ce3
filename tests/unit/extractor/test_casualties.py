"""Who was killed or captured, in short reports: every figure of casualties with what was done to them."""

import pytest

from services.extractor import tag

REPORTS = [
    # report, words and action of each figure of people killed or captured
    (("KABUL, Afghanistan (March 3, 2011) – A combined Afghan and coalition patrol killed two insurgents during a "
     "clearing operation in Nawa district, Helmand province, yesterday."),
     [("two insurgents", "kill")]),
    (("Acting on intelligence reports, the security force searched a compound in Baraki Barak district. During the "
     "search an armed man fired on the force, which returned fire and killed him. Two suspected insurgents were "
     "detained."),
     [("him", "kill"), ("Two suspected insurgents", "capture")]),
    (("Three coalition service members died following an improvised explosive device attack in southern "
     "Afghanistan today."),
     [("Three coalition service members", "kill")]),
    (("An International Security Assistance Force service member died after an insurgent attack in eastern "
     "Afghanistan yesterday."),
     [("An International Security Assistance Force service member", "kill")]),
    (("An Afghan and coalition security force killed Taliban leader Mullah Rahim Jan during an operation in Chora "
     "district, Uruzgan province, Sunday. Rahim Jan directed roadside bomb attacks and kept weapons caches for "
     "fighters."),
     [("Taliban leader Mullah Rahim Jan", "kill")]),
    (("During the operation, five insurgents were captured. The security force also found a cache of rifles and "
     "grenades."),
     [("five insurgents", "capture")]),
    (("The combined force killed one insurgent and detained three suspected militants in Tagab district on Monday "
     "night."),
     [("one insurgent", "kill"), ("three suspected militants", "capture")]),
    (("Afghan commandos, with coalition advisers, killed two armed insurgents and captured a Taliban commander in "
     "Zharay district. The commander is suspected of planning the April ambush in which a police post was "
     "overrun."),
     [("two armed insurgents", "kill"), ("a Taliban commander", "capture")]),
    (("In Logar province, a combined security force detained two suspected insurgents while searching for a "
     "Taliban attack planner."),
     [("two suspected insurgents", "capture")]),
    (("An air strike in Nangarhar's Achin district killed four Islamic State fighters, among them a local "
     "bomb-maker, officials said Thursday."),
     [("four Islamic State fighters", "kill")]),
    (("Five Afghan civilians were killed when their car struck a roadside bomb in Kandahar's Maiwand district. "
     "Another nine were wounded."),
     [("Five Afghan civilians", "kill")]),
    ("Security forces arrested an al-Qaida courier and killed another insurgent in a raid near Spin Boldak.",
     [("an al-Qaida courier", "capture"), ("another insurgent", "kill")]),
    (("Iraqi soldiers killed six gunmen and arrested four others in separate operations around Baqubah, the army "
     "said."),
     [("six gunmen", "kill"), ("four others", "capture")]),
    (("Government troops killed 12 rebels, including a senior commander, in fighting near Goma, the Congolese army "
     "said on Saturday."),
     [("12 rebels", "kill")]),
    (("Nine people died and 21 were injured when a Russian guided bomb hit an apartment block in Kharkiv on "
     "Wednesday, the regional governor said."),
     [("Nine people", "kill")]),
    ("A missile strike on the Black Sea port of Odesa left four dead and nine wounded.",
     [("four dead", "kill")]),
    (("Israeli air strikes killed at least seven people in southern Lebanon on Tuesday, the health ministry in "
     "Beirut said. Among the dead were two paramedics."),
     [("at least seven people", "kill")]),
    (("Gunmen on motorcycles attacked a village in Mali's Mopti region, killing three farmers and stealing cattle, "
     "local officials said."),
     [("three farmers", "kill")]),
    ("Myanmar resistance fighters said they had captured two junta soldiers who tried to flee the outpost.",
     [("two junta soldiers", "capture")]),
    (("The rebel alliance claimed its fighters killed 15 troops and took 11 prisoner when they overran the base in "
     "Shan State."),
     [("15 troops", "kill"), ("11 prisoner", "capture")]),
    ("A Sudanese journalist was killed by shelling in Omdurman on Sunday, her colleagues said.",
     [("A Sudanese journalist", "kill")]),
    ("A sniper shot dead a policeman outside the provincial headquarters.",
     [("a policeman", "kill")]),
    ('"Two of our comrades lost their lives in the blast," the brigade commander said.',
     [("Two of our comrades", "kill")]),
    ("A raid on a farmhouse ended with the death of a militant leader and the arrest of four suspects.",
     [("a militant leader", "kill"), ("four suspects", "capture")]),
    ("The operation resulted in the capture of two facilitators and the seizure of 40 detonators.",
     [("two facilitators", "capture")]),
    ("The death toll from the market bombing rose to eight on Friday.",
     [("eight", "kill")]),
    ("Rapid Support Forces fighters killed at least 20 villagers in Gezira state, an activist group said.",
     [("at least 20 villagers", "kill")]),
    ("Troops engaged the group, killing three and capturing two.",
     [("three", "kill"), ("two", "capture")]),
    ("Officials denied that 30 soldiers had been killed in the ambush.",
     [("30 soldiers", "kill")]),
    ("A drone operator was killed. His assistant was captured and is being questioned.",
     [("A drone operator", "kill"), ("His assistant", "capture")]),
    (("Ukraine's air force said it shot down 45 drones overnight; falling debris killed five people in the Dnipro "
     "region."),
     [("five people", "kill")]),
    ("The insurgents opened fire; two of them were killed in the exchange.",
     [("two of them", "kill")]),
    ("Troops surrounded the house where three militants were hiding. One was killed; the others escaped.",
     [("One", "kill")]),
    ("Both suspects were detained and handed to the national police.",
     [("Both suspects", "capture")]),
    ("A suspected bomb-maker was taken into custody after a night search in Ghazni city.",
     [("A suspected bomb-maker", "capture")]),
    (("The coalition estimates that ten fighters were killed in the strike on a training camp in Yemen's Marib "
     "governorate."),
     [("ten fighters", "kill")]),
    (("Two Turkish soldiers fell in clashes with Kurdish militants in northern Iraq, the defence ministry in "
     "Ankara announced."),
     [("Two Turkish soldiers", "kill")]),
    ("Hezbollah announced the deaths of three of its fighters on Monday.",
     [("three of its fighters", "kill")]),
    ("Israel said it had eliminated the head of Hezbollah's drone unit in a strike on Beirut's southern suburbs.",
     [("the head", "eliminate")]),
    (("Sixteen people, including four children, were killed in a strike on a school sheltering displaced families "
     "in Gaza City."),
     [("Sixteen people", "kill")]),
    ("Police in Niamey arrested nine people suspected of links to the armed group.",
     [("nine people", "capture")]),
    ("Four men have been arrested on suspicion of spying for Moscow, Poland's prosecutors said.",
     [("Four men", "capture")]),
    ("The blast killed two and injured 11.",
     [("two", "kill")]),
    (("More than 30 soldiers were killed when jihadists stormed an army camp in Burkina Faso, security sources "
     "said."),
     [("More than 30 soldiers", "kill")]),
    ("A gunman killed a tribal elder as he left a mosque in Paktia province.",
     [("a tribal elder", "kill")]),
    (("In Paktika, an Afghan-led force killed two insurgents. In Wardak, another force detained three insurgents, "
     "one of whom was a Taliban leader."),
     [("two insurgents", "kill"), ("three insurgents", "capture")]),
    (("KABUL – In Kunduz province Wednesday, a security force captured a Taliban leader and detained three "
     "additional insurgents. In Helmand, a patrol killed one insurgent and detained one suspect."),
     [("a Taliban leader", "capture"), ("three additional insurgents", "capture"), ("one insurgent", "kill"), ("one suspect", "capture")]),
    (("Afghan special police arrested the Taliban shadow governor of Balkh on Monday. The governor had overseen "
     "tax collection and roadside bombings. He is in custody."),
     [("the Taliban shadow governor", "capture")]),
    (("Coalition forces confirmed today that a precision airstrike killed Abdul Satar, an al-Qaida leader, in "
     "Kunar province on May 12."),
     [("Abdul Satar", "kill")]),
    ("An explosion in Kabul killed Major General Jabar Khan and his driver.",
     [("Major General Jabar Khan", "kill"), ("his driver", "kill")]),
    ("Three fishermen were abducted from the lake by gunmen; soldiers later arrested three suspects.",
     [("three suspects", "capture")]),
    (("Pakistani security forces killed 14 militants and apprehended six in two days of operations in North "
     "Waziristan, the military's media wing said."),
     [("14 militants", "kill"), ("six", "capture")]),
    ("A suicide bomber blew himself up at a checkpoint in Mogadishu, killing two policemen.",
     [("two policemen", "kill")]),
    ("One woman was killed and her two children were hurt when shells fell on the frontline town of Nikopol.",
     [("One woman", "kill")]),
    ("The ministry said 20 insurgents could be killed in the offensive if they did not lay down arms.",
     [("20 insurgents", "kill")]),
    ("Al-Shabaab fighters ambushed a convoy in Kenya's Lamu county, leaving thirteen people dead.",
     [("thirteen people", "kill")]),
    ("Two militants were shot and killed after they ignored warnings to stop.",
     [("Two militants", "kill")]),
    ("Two civilians and a soldier were killed in the shelling, according to the local administration.",
     [("Two civilians", "kill"), ("a soldier", "kill")]),
    (("The General Staff in Kyiv said that 25 Russian soldiers were killed and 40 wounded in the sector in the "
     "past day."),
     [("25 Russian soldiers", "kill")]),
    ("Ukrainian marines took 12 Russian soldiers prisoner on the east bank of the Dnipro.",
     [("12 Russian soldiers", "capture")]),
    ("The force killed the targeted individual after he raised a weapon.",
     [("the targeted individual", "kill")]),
    ("The target of the operation, a senior Taliban commander, was killed. A second insurgent was detained.",
     [("The target", "kill"), ("A second insurgent", "capture")]),
    (("The Afghan-led force captured Haji Nabi, a Taliban weapons supplier for Nahr-e Saraj district. Nabi "
     "supplied fighters with machine guns and ammunition."),
     [("Haji Nabi", "capture")]),
    ("Seven bodies were recovered from the rubble of the building.",
     [("Seven bodies", "kill")]),
    ("Soldiers at a checkpoint stopped a vehicle, found weapons and detained the driver and a passenger.",
     [("the driver", "capture"), ("a passenger", "capture")]),
    ("The mortar attack claimed the lives of four peacekeepers.",
     [("four peacekeepers", "kill")]),
    ("Militants executed two captured soldiers, a video posted on Telegram showed.",
     [("two captured soldiers", "kill")]),
    ("The raid left three militants dead, the army spokesman said.",
     [("three militants", "kill")]),
    ("Seven suspects are being held after raids in Nasiriyah.",
     [("Seven suspects", "capture")]),
    ("An attack on a checkpoint resulted in five police fatalities.",
     [("five police fatalities", "kill")]),
    ("Neither side gave casualty figures, but a hospital in El Fasher reported one death.",
     [("one death", "kill")]),
    ("The army said it had neutralised 17 terrorists in the Lake Chad basin.",
     [("17 terrorists", "eliminate")]),
    ("Militants attacked the post at dawn. Three attackers were killed and the rest fled.",
     [("Three attackers", "kill")]),
    ("An insurgent was killed when the bomb he was planting exploded.",
     [("An insurgent", "kill")]),
    ("Two coalition service members were killed in two separate attacks in southern Afghanistan.",
     [("Two coalition service members", "kill")]),
    ("Syrian state media said six people were killed and 12 others wounded in the Israeli strike on Masyaf.",
     [("six people", "kill")]),
    ("Some 40 fighters from both sides have died since fighting resumed in Hasakah.",
     [("Some 40 fighters", "kill")]),
    (("A suicide attacker killed four worshippers at a mosque in Peshawar on Friday. No group has claimed "
     "responsibility."),
     [("four worshippers", "kill")]),
    ("Security forces shot and killed a man who ran at them with a knife.",
     [("a man", "kill")]),
    ("Eight members of one family, five of them children, died when a house in Rafah was hit.",
     [("Eight members", "kill")]),
    ("A coalition force today captured the individual believed to be behind the bombing.",
     [("the individual", "capture")]),
    (("Colombian troops killed 11 dissident guerrillas in Guaviare, the defence minister said. He added that the "
     "11 belonged to a faction led by Mordisco."),
     [("11 dissident guerrillas", "kill")]),
    ("Six more insurgents were detained in follow-on operations.",
     [("Six more insurgents", "capture")]),
    ("Police said the bodies of three men had been found in a ditch near Bamenda.",
     [("three men", "kill")]),
    (("An Afghan and coalition security force captured a Taliban leader responsible for roadside bombings in "
     "Marjah district, Helmand province, today. The Taliban leader planned attacks on patrols and was captured "
     "without incident."),
     [("a Taliban leader", "capture")]),
    (("A coalition service member died following an insurgent attack in southern Afghanistan today. It is ISAF "
     "policy to defer casualty identification procedures to the relevant national authorities."),
     [("A coalition service member", "kill")]),
    (("Two coalition service members died in eastern Afghanistan yesterday: one in an insurgent attack and one as "
     "a result of a non-battle related injury."),
     [("Two coalition service members", "kill")]),
    (("In Nangarhar province, a joint force detained two insurgents in Khugyani district during a search for a "
     "Taliban leader who runs a bombing cell. In Kunar province, two more suspects were detained when they ran "
     "from a checkpoint."),
     [("two insurgents", "capture"), ("two more suspects", "capture")]),
    (("A combined force in Logar killed Qari Munib, a Taliban bomb-maker, and captured his brother. Munib was "
     "killed when he reached for a grenade."),
     [("Qari Munib", "kill"), ("his brother", "capture")]),
    ("The security force shot and killed two men armed with AK-47s as they manoeuvred against the patrol.",
     [("two men", "kill")]),
    (("The dead man was later identified as Noor Agha, a Taliban sub-commander. Noor Agha was killed while "
     "attempting to flee on a motorcycle."),
     [("Noor Agha", "kill")]),
    (("Afghan forces, enabled by coalition troops, arrested a Taliban leader and two of his fighters in Char "
     "Darah."),
     [("a Taliban leader", "capture"), ("two of his fighters", "capture")]),
    (("An operation in the Sangin valley over three days ended with 12 insurgents detained and 1,500 kilograms of "
     "opium destroyed."),
     [("12 insurgents", "capture")]),
    (("During a six-hour battle, insurgents fired from several positions. Coalition forces returned fire and "
     "called in an airstrike, killing five insurgents."),
     [("five insurgents", "kill")]),
    (("The security force detained four men for questioning, one of whom was wounded. An insurgent who fired at "
     "the force was killed."),
     [("four men", "capture"), ("An insurgent", "kill")]),
    (("More than 10 insurgents were killed Thursday in a Taliban attack on a combat outpost in Paktika. Initial "
     "reports said up to 40 insurgents took part in the attack."),
     [("More than 10 insurgents", "kill")]),
    ("A Taliban facilitator was among several suspected insurgents detained in Baghlan.",
     [("A Taliban facilitator", "capture")]),
    (("An Afghan army patrol killed two Taliban fighters and captured two in Qaysar district, said Col. Abdul "
     "Wali, the brigade commander."),
     [("two Taliban fighters", "kill"), ("two", "capture")]),
    (("Three Afghan National Policemen lost their lives and four others were wounded when a suicide bomber "
     "detonated his vest at the gate."),
     [("Three Afghan National Policemen", "kill")]),
    (("The Taliban insurgent responsible for the attack on the outpost was killed in a precision strike five days "
     "later."),
     [("The Taliban insurgent", "kill")]),
    (("Coalition forces confirmed the capture of two Haqqani leaders during separate operations in Khost this "
     "week."),
     [("two Haqqani leaders", "capture")]),
    (("A coalition helicopter crew spotted an insurgent digging in a bomb and engaged him. The insurgent was "
     "killed."),
     [("The insurgent", "kill")]),
    ("The security force captured the leader and killed his deputy, who was armed with a pistol.",
     [("the leader", "capture"), ("his deputy", "kill")]),
    (("The insurgents attacked the patrol with small arms. Seven insurgents died in the exchange. No ISAF or "
     "Afghan soldiers were killed."),
     [("Seven insurgents", "kill")]),
    (("A total of nine suspects were detained in three operations, including a man believed to have housed a "
     "suicide bomber."),
     [("A total of nine suspects", "capture")]),
    (("Coalition and Afghan forces killed eight Taliban fighters, detained two suspects and destroyed two vehicles "
     "in Zhari."),
     [("eight Taliban fighters", "kill"), ("two suspects", "capture")]),
    ("Two gunmen died in a shootout with Tunisian police near the Algerian border, the interior ministry said.",
     [("Two gunmen", "kill")]),
    ("A coalition force in Balkh captured the Taliban's senior explosives trainer for the north on Saturday.",
     [("the Taliban's senior explosives trainer", "capture")]),
    ("An ISAF soldier was killed by a roadside bomb in the east of Afghanistan on Friday.",
     [("An ISAF soldier", "kill")]),
    ("Kenyan troops killed nine al-Shabaab fighters and took three into custody after a raid on a forest camp.",
     [("nine al-Shabaab fighters", "kill"), ("three", "capture")]),
    ("Acting on a tip from residents, Afghan police detained two men carrying 30 kilograms of explosives.",
     [("two men", "capture")]),
    ("Six miners were killed and one is still missing after a drone struck a gold mine in North Darfur.",
     [("Six miners", "kill")]),
    ("A landmine killed five members of a family returning to their farm near Kupiansk.",
     [("five members", "kill")]),
    ("A French photographer covering the fighting was fatally shot on Tuesday.",
     [("A French photographer", "kill")]),
    ("The patrol was ambushed at dusk; three soldiers were killed on the spot.",
     [("three soldiers", "kill")]),
    ("The army's Operation Sharp Knife has led to the arrest of six suspected arms smugglers.",
     [("six suspected arms smugglers", "capture")]),
    ("Shelling of Kherson took four lives on Monday, the head of the military administration said.",
     [("four lives", "kill")]),
    ("Twenty-one bodies were pulled from the ruins of the clinic in Khan Younis.",
     [("Twenty-one bodies", "kill")]),
    ("The security force killed an insurgent who was armed with an assault rifle and wearing a suicide vest.",
     [("an insurgent", "kill")]),
    ("One insurgent was killed and two more were captured during the search for a Haqqani facilitator.",
     [("One insurgent", "kill"), ("two more", "capture")]),
    ("Junta air strikes on a monastery in Sagaing killed 13 people, three of them monks, a resistance group said.",
     [("13 people", "kill")]),
    ("Five deserters were caught near the border and handed to military police.",
     [("Five deserters", "capture")]),
    ("Two of the injured died on the way to hospital.",
     [("Two", "kill")]),
    ("At least 100 civilians have been killed in El Geneina since Sunday, a lawyers' group estimates.",
     [("At least 100 civilians", "kill")]),
    ("Philippine marines killed seven Abu Sayyaf gunmen; four surrendered gunmen were arrested.",
     [("seven Abu Sayyaf gunmen", "kill"), ("four surrendered gunmen", "capture")]),
    ("Russian forces executed three unarmed prisoners of war, Ukraine's ombudsman said.",
     [("three unarmed prisoners", "kill")]),
    ("The commander's bodyguard was killed in the raid and the commander himself was captured.",
     [("The commander's bodyguard", "kill"), ("the commander", "capture")]),
    ("Egypt's military said 11 militants and no soldiers were killed in an exchange of fire in northern Sinai.",
     [("11 militants", "kill")]),
    ("Militants killed 17 villagers in two attacks in Tillaberi: ten in Banibangou and seven in Ouallam.",
     [("17 villagers", "kill")]),
    ("Coalition and Afghan troops rounded up three members of a rocket cell in Bagram district.",
     [("three members", "capture")]),
    ("A bus carrying soldiers hit a mine in Niger's Diffa region, and eight of them died.",
     [("eight of them", "kill")]),
    ("Chadian forces hold 20 Boko Haram fighters captured in last week's offensive.",
     [("20 Boko Haram fighters", "capture")]),
    ("Insurgents beheaded five men in Cabo Delgado, police said.",
     [("five men", "kill")]),
    ("Security forces foiled an attack on a bank in Herat. Four attackers were killed and one was arrested.",
     [("Four attackers", "kill"), ("one", "capture")]),
    ("The interpreter succumbed to his injuries at Kandahar airfield.",
     [("The interpreter", "kill")]),
    ("The ministry warned that thousands could die if aid does not arrive.",
     [("thousands", "kill")]),
    (("Somali commandos backed by U.S. drones killed about 30 al-Shabaab militants near Kismayo, a regional "
     "official said."),
     [("about 30 al-Shabaab militants", "kill")]),
    ("Four insurgents, including an improvised explosive device expert, were detained in Gereshk.",
     [("Four insurgents", "capture")]),
    (("KABUL — Coalition forces killed two insurgents in Zabul Sunday and, in a separate operation in Ghazni, "
     "detained three."),
     [("two insurgents", "kill"), ("three", "capture")]),
    (("A Taliban leader was killed when coalition aircraft struck his vehicle. The leader, Haji Matin, had "
     "recently returned from Pakistan."),
     [("A Taliban leader", "kill")]),
]  # fmt: skip
NO_CASUALTIES = [
    ("The patrol discovered a weapons cache holding 12 mortar rounds, six rockets and 200 kilograms of homemade "
    "explosive. The cache was destroyed on site and nobody was injured."),
    "The general said several militants were killed and a number of others detained, but gave no figures.",
    "The leader, who is wanted for planning suicide attacks, escaped. Nobody was captured.",
    "Ukrainian gunners destroyed three tanks, two armoured vehicles and a howitzer near Avdiivka.",
    ("The Taliban commander is responsible for attacks on convoys and for moving fighters into the district. The "
    "search for him continues."),
    "Six militants surrendered to the authorities in the province and handed in their rifles.",
    "Nobody was killed or wounded when the rocket landed in a field.",
    "The dead insurgent's phone was found, along with two AK-47 rifles.",
    "A mine clearing team safely destroyed 18 anti-tank mines and two unexploded bombs.",
    "The commander was reportedly involved in the deaths of many civilians. He remains at large.",
    ("ISAF said it is aware of an incident in Nurzad district in which civilians may have been killed. A team has "
    "been sent to assess the reports."),
    "Insurgents shot and wounded an Afghan girl in Tarin Kowt. She was treated at a coalition hospital.",
    "Afghan police discovered a cache with 11 rocket-propelled grenades. No one was detained.",
    "The coalition said a number of fighters were killed, several were wounded and the rest were detained.",
    "Both sides denied that any of their soldiers had been captured.",
    "A roadside bomb was found and defused. Two suspects fled on a motorbike.",
]  # fmt: skip


def casualties(text: str) -> list[tuple[str, str | None]]:
    """The figures of people to whom something was done; those merely there, or doing it, have no such action."""
    done = {"kill", "capture", "eliminate"}
    return [(claim.text, claim.action) for claim in tag(text).claims if claim.action in done]


@pytest.mark.parametrize(("text", "expected"), REPORTS, ids=[row[0][:60] for row in REPORTS])
def test_casualties_of_a_report(text: str, expected: list[tuple[str, str]]) -> None:
    assert casualties(text) == expected


@pytest.mark.parametrize("text", NO_CASUALTIES)
def test_no_figure_of_casualties(text: str) -> None:
    assert casualties(text) == []
