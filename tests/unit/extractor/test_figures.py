"""Sentences of any news: every figure with its value, qualifier and unit, and nothing that is no figure.

A row is a sentence and its figures in order, as ``value unit``: ``>`` more than, ``>=`` at least, ``<`` less than, ``<=``
at most, ``~`` approximately, ``v`` a magnitude in words, ``a..b`` a range.
"""

import re

import pytest

from services.extractor import tag

QUALIFIERS = {
    ">=": "at_least", "<=": "at_most", ">": "more_than", "<": "less_than", "~": "approximate", "v": "vague", "": "exact",
}  # fmt: skip
FIGURE = re.compile(r"(>=|<=|>|<|~|v)?(-?[\d.e+-]+?)(?:\.\.([\d.e+]+))? (.+)")
SENTENCES = [
    ("The retailer plans to open 45 stores and hire about 3,000 workers by 2027.", "45 store ; ~3000 worker"),
    ("Inflation eased to 2.6 per cent in October from 3.1 per cent a month earlier.", "2.6 % ; 3.1 %"),
    ("The central bank cut its key rate by 25 basis points to 4.75%.", "25 basis point ; 4.75 %"),
    ("Brent crude futures slipped 80 cents to $72.15 a barrel.", "0.8 USD ; 72.15 USD/barrel"),
    ("The airline will pay €3bn for a fleet of 60 jets.", "3000000000 EUR ; 60 jet"),
    ("Sales fell to 500 million yuan, down 12% from the same quarter last year.", "500000000 CNY ; 12 %"),
    ("The state government set aside Rs 20 crore for flood relief.", "200000000 INR"),
    ("Tickets cost C$40 for adults and C$15 for children.", "40 CAD ; 15 CAD"),
    ("A loaf now sells for 15 cents more than in January.", "0.15 USD"),
    ("Fuel duty will rise by 5p a litre from April.", "0.05 GBP/litre"),
    ("The storm packed winds of 120 kilometres per hour and dumped 90 mm of rain overnight.", "120 km/h ; 0.09 m"),
    ("He was clocked driving at 97 mph in a 60 mph zone.", "97 mph ; 60 mph"),
    ("Yields averaged 3.5 tonnes per hectare, the lowest in a decade.", "3.5 tonne/hectare ; 1 decade"),
    ("The console renders games at 60 frames per second.", "60 frame/second"),
    ("Overnight temperatures dropped to -5 °C in the capital.", "-5 °C"),
    ("The phone has a 6.7-inch display, a 48 MP camera and a 5,000 mAh battery.", "0.17018 m ; 48 MP ; 5000 mAh"),
    ("The new saloon comes with a 3.2-litre engine that makes 200 bhp.", "3.2 litre ; 200 hp"),
    ("The car's 100 kWh battery gives it a range of 400 miles.", "100 kWh ; 643.7376 km"),
    ("The laptop ships with 32 GB of memory and 1 TB of storage.", "32 GB ; 1 TB"),
    ("Profits were three times higher than a year ago.", "3 time"),
    ("The number of complaints more than doubled to 8,400.", ">2 time ; 8400 complaint"),
    ("One in five adults say they have skipped meals.", "20 %"),
    ("Nine out of 10 patients recovered within six weeks.", "90 % ; 6 week"),
    ("About two-thirds of voters backed the plan.", "~66.7 %"),
    ("The two-year project will cost $1.9 trillion.", "2 year ; 1.9e+12 USD"),
    ("Economists expect growth of between 1.5 and 2 percent this year.", "1.5..2 %"),
    ("The surgery takes 5-10 minutes.", "5..10 minute"),
    ("Prices are likely to climb 3 to 5 percent.", "3..5 %"),
    ("The company sold 1.6m cars and 20k vans last year.", "1600000 car ; 20000 van"),
    ("Two and a half million people visited the museum in 2019.", "2500000 person"),
    ("Half a million homes lost power.", "500000 home"),
    ("A dozen families were moved to a shelter.", "12 family"),
    ("Organisers said 10, 20 and even 30 people had signed up each day.", "10 person ; 20 person ; 30 person"),
    ("The town is 190 km (about 120 miles) south of the border.", "190 km ; ~193.12128 km"),
    ("The striker scored two goals in a 3-1 win over the league leaders.", "2 goal"),
    ("The 28-year-old midfielder has played 45 matches this season.", "45 match"),
    ("In the first quarter, revenue grew 8% to £2.4 billion.", "8 % ; 2400000000 GBP"),
    ("Leaders of the G7 met for three days in the resort town.", "3 day"),
    ("One of the passengers said no one on the flight was hurt.", ""),
    ("The 9/11 memorial is open 24/7.", ""),
    ("The minister, 54, has held the post since 2021.", ""),
    ("Call 0800 123 4567 for details.", ""),
    ("The update, version 14.2, fixes 17 security flaws.", "17 flaw"),
    ("Police said the suspect lived at 12 Mill Road.", ""),
    ("The earthquake, of magnitude 6.4, struck at a depth of 10 km.", "6.4 magnitude ; 10 km"),
    ("Unemployment fell to 3.9% in the three months to September.", "3.9 % ; 3 month"),
    ("Ten-year bond yields rose four basis points to 4.31 percent.", "10 year ; 4 basis point ; 4.31 %"),
    ("Earnings came in at $1.25 per share, against forecasts of $1.18.", "1.25 USD/share ; 1.18 USD"),
    ("The euro bought $1.0845.", "1.0845 USD"),
    ("The bank said it would cut 1,200 jobs, around 4% of its workforce.", "1200 job ; ~4 %"),
    ("Rents have risen by nearly a quarter in five years.", "~25 % ; 5 year"),
    ("Exports to the bloc totalled 1.2 trillion won in May.", "1.2e+12 KRW"),
    ("The firm was fined $5 million and ordered to pay $300,000 in costs.", "5000000 USD ; 300000 USD"),
    ("Gold hit a record $2,700 an ounce.", "2700 USD/ounce"),
    ("Wheat prices gained 2 1/2 percent.", "2.5 %"),
    ("The average house price stands at £289,000.", "289000 GBP"),
    ("Over 80% of the 1,500 people surveyed were in favour.", ">80 % ; 1500 person"),
    (
        "At least 17 people died and more than 40 were injured when a bus plunged into a ravine.",
        ">=17 person ; >40 person",
    ),
    ("Researchers followed 12,345 volunteers for 15 years.", "12345 volunteer ; 15 year"),
    ("The drug cut the risk of stroke by 31 per cent.", "31 %"),
    ("The comet will pass within 0.4 million km of Earth.", "400000 km"),
    ("The telescope's mirror is 6.5 metres wide.", "6.5 m"),
    ("Scientists found 27 new species, including four frogs.", "27 species ; 4 frog"),
    ("The galaxy lies 13.5 billion light-years away.", "13500000000 light-year"),
    ("The rocket can lift 64 tonnes into low orbit.", "64 tonne"),
    ("Carbon dioxide levels reached 424 parts per million.", "424 ppm"),
    ("The ice sheet is losing 150 billion tonnes of ice a year.", "150000000000 tonne/year"),
    ("The reactor will produce 1,600 megawatts of power.", "1600 MW"),
    ("The wind farm's 62 turbines will supply 350,000 homes.", "62 turbine ; 350000 home"),
    ("Sea levels could rise by up to one metre by 2100.", "<=1 m"),
    ("The average adult needs seven to nine hours of sleep.", "7..9 hour"),
    ("Patients took 50 mg twice a day for 12 weeks.", "50 mg ; 2 time ; 12 week"),
    ("The vaccine was 94.5% effective in a trial of 30,000 people.", "94.5 % ; 30000 person"),
    ("There were 1,204 new cases and 16 deaths in the past 24 hours.", "1204 case ; 16 death ; 24 hour"),
    ("The virus has infected 6.2 million people worldwide.", "6200000 person"),
    ("A third of hospitals are short of beds.", "33.3 %"),
    ("Snow up to 30cm deep fell on higher ground.", "<=0.3 m"),
    ("Temperatures will reach 38 degrees Celsius in the south.", "38 °C"),
    ("It was the hottest June in 140 years.", "140 year"),
    ("Gusts of up to 75mph are expected.", "<=75 mph"),
    ("About 45,000 customers were without electricity on Monday.", "~45000 customer"),
    ("The river rose 4 feet in 12 hours.", "1.2192 m ; 12 hour"),
    ("The party won 326 of the 650 seats.", "326 seat ; 650 seat"),
    ("Lawmakers voted 216-213 to pass the bill.", ""),
    ("He took 52.3% of the vote, to his rival's 46.1%.", "52.3 % ; 46.1 %"),
    ("Turnout was just under 60 percent.", "<60 %"),
    ("The senator leads by five points in the poll of 1,004 likely voters.", "5 point ; 1004 voter"),
    ("The survey has a margin of error of plus or minus 3 percentage points.", "3 percentage point"),
    ("The law bans anyone under 16 from social media.", ""),
    ("A judge sentenced him to 12 years in prison under Article 205.", "12 year"),
    ("The trial is expected to last six to eight weeks.", "6..8 week"),
    ("She won the 100 metres in 10.72 seconds.", "100 m ; 10.72 second"),
    ("The champion beat him 6-4, 7-5, 6-2 in two hours and 14 minutes.", "2 hour ; 14 minute"),
    ("The club signed the winger for £45m on a four-year deal.", "45000000 GBP ; 4 year"),
    ("United are eight points clear with three games left.", "8 point ; 3 game"),
    ("He finished third, 12 seconds behind the leader.", "12 second"),
    ("The guard had 31 points, 11 rebounds and nine assists.", "31 point ; 11 rebound ; 9 assist"),
    ("The SUV goes from 0 to 100 km/h in 4.2 seconds and tops out at 250 km/h.", "0..100 km/h ; 4.2 second ; 250 km/h"),
    ("The engine delivers 350 Nm of torque.", "350 Nm"),
    ("The hybrid returns 55 mpg.", "55 mpg"),
    ("Carmakers recalled 1.3 million vehicles.", "1300000 vehicle"),
    ("Prices start at $29,990.", "29990 USD"),
    ("The tablet weighs 460g and is 6.1 mm thick.", "460 g ; 0.0061 m"),
    ("The app was downloaded 10 million times in its first week.", "10000000 time"),
    ("Chips made on the 3nm process use 30% less power.", "3e-09 m ; 30 %"),
    ("The service offers speeds of up to 500 Mbps for $60 a month.", "<=500 Mbps ; 60 USD/month"),
    ("The fund manages some $12bn in assets.", "~12000000000 USD"),
    ("He owns a 15% stake worth roughly $4.5 billion.", "15 % ; ~4500000000 USD"),
    ("The two companies said the deal would close within 90 days.", "2 company ; 90 day"),
    ("A total of 212 passengers and 12 crew were on board.", "212 passenger ; 12 crew"),
    ("The ship was carrying 25 tonnes of rice.", "25 tonne"),
    ("Some 300,000 people have fled, 60% of them children.", "~300000 person ; 60 %"),
    ("The budget deficit narrowed to 3.2% of GDP.", "3.2 %"),
    ("The tax will raise an extra £700m a year.", "700000000 GBP/year"),
    ("Minimum wage workers will earn $15 an hour.", "15 USD/hour"),
    ("The minister promised to build 1.5 million homes in five years.", "1500000 home ; 5 year"),
    ("Hundreds of protesters blocked three bridges.", "v100 protester ; 3 bridge"),
    ("Tens of thousands of people marched through the city.", "v10000 person"),
    ("Several people were hurt and a handful of cars were torched.", ""),
    ("The museum, built in 1885, holds 80,000 objects.", "80000 object"),
    ("Route 66 passes through eight states.", "8 state"),
    ("The S&P 500 is up 18% this year.", "18 %"),
    ("The iPhone 15 costs £799.", "799 GBP"),
    ("She turned 90 in March.", ""),
    ("Kick-off is at 7:45 p.m.", ""),
    ("The top 10 earners took home half of all pay.", "50 %"),
    ("More than 12,000 troops were sent to the region on Oct. 14, 2024.", ">12000 troop"),
    ("Ukraine's air force said it shot down 43 of 58 drones.", "43 drone ; 58 drone"),
    ("The brigade received 2,000 to 3,000 additional soldiers.", "2000..3000 soldier"),
    ("Two military units, each consisting of approximately 6,000 soldiers, were formed.", "2 unit ; ~6000 soldier"),
    ("The 60,000-strong force was backed by 300 tanks.", "60000 person ; 300 tank"),
    ("A 300-man battalion held the village for 11 days.", "300 man ; 11 day"),
    ("They sent thousands of tons of munitions and millions of rounds.", "v1000 ton ; v1000000 round"),
    ("The battery fired 122 mm and 152 mm shells.", ""),
    ("A 155mm howitzer can hit targets 30 kilometres away.", "30 km"),
    ("Russia lost over 1,100 soldiers and 24 armoured vehicles in a day.", ">1100 soldier ; 24 vehicle"),
    ("Dozens of villages, home to some 14,000 residents, are without water.", "v12 village ; ~14000 resident"),
    ("A battalion of 500 mercenaries crossed the river.", "500 mercenary"),
    (
        "North Korea is estimated to have supplied 9 million shells in 16,000 containers.",
        "9000000 shell ; 16000 container",
    ),
    ("A KN-23 missile hit a five-storey building, killing 12.", "5 storey ; 12 person"),
    ("The package includes six HIMARS launchers and $250 million worth of ammunition.", "6 launcher ; 250000000 USD"),
    ("Troops advanced 2.5 km along a 10-kilometre front.", "2.5 km ; 10 km"),
    ("Russia controls about 18 percent of the country, or 110,000 square kilometres.", "~18 % ; 110000 km2"),
    ("At least three people, including two children, were killed.", ">=3 person ; 2 child"),
    ("The factory makes 4,000 drones a month.", "4000 drone"),
    ("No fewer than 150 aircraft took part.", ">=150 aircraft"),
    ("The price of eggs jumped 1.4 times.", "1.4 time"),
    ("Spending will more than triple to $90bn.", ">3 time ; 90000000000 USD"),
    ("The company's value halved.", "50 %"),
    ("He donated ½ of his salary.", "50 %"),
    ("Only 1/3 of the fields have been sown.", "33.3 %"),
    ("Attendance at matches was up tenfold.", "10 time"),
    ("The pool is 50m long and 25m wide.", "50 m ; 25 m"),
    ("The farm covers 2,400 acres.", "9.71245541376 km2"),
    ("The flat measures 65 square metres.", "65 m2"),
    ("The tanker spilled 200,000 gallons of oil.", "200000 gallon"),
    ("The mine produced 1.1 million ounces of gold.", "1100000 ounce"),
    ("OPEC+ will cut output by 1 million barrels per day.", "1000000 barrel/day"),
    ("Oil output fell to 9.8 million bpd.", "9800000 barrel/day"),
    ("Electricity prices hit €120 per megawatt-hour.", "120 EUR/MWh"),
    ("Heathrow handled 7 million passengers in the month.", "7000000 passenger"),
    ("It took the crew 40 to 45 minutes to reach the scene.", "40..45 minute"),
    ("Bitcoin traded at around $97,000.", "~97000 USD"),
    ("The company reported a net loss of 3.1 billion Swiss francs.", "3100000000 CHF"),
    ("Net income was HK$2.3 billion.", "2300000000 HKD"),
    ("Customers pay 19.99 euros a month.", "19.99 EUR/month"),
    ("He was paid between £50,000 and £60,000.", "50000..60000 GBP"),
    ("The strike, now in its 12th day, has cost firms upwards of $40m.", ">=40000000 USD"),
    ("The plane was flying at 35,000 feet.", "10668 m"),
    (
        "Under the agreement, workers would see pay increases of 10% immediately, another 7% next year and 5% in 2026.",
        "10 % ; 7 % ; 5 %",
    ),
    (
        "It took three goals in the last 12 minutes to seal a 4-2 victory in front of 74,000 at the national stadium.",
        "3 goal ; 12 minute ; 74000 person",
    ),
    (
        "Two teenagers aged 15 and 17 were arrested after a 42-year-old man was stabbed outside a pub at about 11.20pm.",
        "2 teenager",
    ),
    ("Petrol rose from 134.9p to 136.2p a litre, the RAC said.", "1.349 GBP ; 1.362 GBP/litre"),
    (
        "A typical first-time buyer now needs a deposit of 53,000 pounds, or about 1.3 times their annual salary.",
        "53000 GBP ; ~1.3 time",
    ),
    (
        "The new model is 4.7 metres long, weighs just over two tonnes and has a claimed range of up to 620km.",
        "4.7 m ; >2 tonne ; <=620 km",
    ),
    (
        "Its 2.0-litre four-cylinder petrol engine develops 245 horsepower, enough for a 0-62mph time of 6.3 seconds.",
        "2 litre ; 4 cylinder ; 245 hp ; 0..62 mph ; 6.3 second",
    ),
    (
        "The 13-inch model starts at $999, with 256GB of storage, while the 15-inch version costs $200 more.",
        "0.3302 m ; 999 USD ; 256 GB ; 0.381 m ; 200 USD",
    ),
    ("The watch is water resistant to 100m and promises 36 hours of use on a single charge.", "100 m ; 36 hour"),
    (
        "Microsoft said the outage hit 8.5 million devices, less than one percent of all Windows machines.",
        "8500000 device ; <1 %",
    ),
    (
        "Version 5.0 of the software was released on 3 May and has since been installed on one billion phones.",
        "1000000000 phone",
    ),
    (
        "Cases of whooping cough rose to 1,319 in March, up from 918 in February and 556 in January.",
        "1319 case ; 918 case ; 556 case",
    ),
    (
        "People who slept fewer than six hours a night were 20 per cent more likely to die early.",
        "<6 hour/night ; 20 %",
    ),
    (
        "The probe, which cost $850 million, will orbit 300 miles above the moon, which is about 2,100 miles across.",
        "850000000 USD ; 482.8032 km ; ~3379.6224 km",
    ),
    (
        "The asteroid, roughly 150 to 340 metres in diameter, will come within 32,000km of the planet in April 2029.",
        "150..340 m ; 32000 km",
    ),
    (
        "By mid-morning 1.2in of rain had fallen, and a further two to four inches are likely by Thursday.",
        "0.03048 m ; 0.0508..0.1016 m",
    ),
    ("Reservoirs stand at barely 16% of capacity after three straight years of drought.", "16 % ; 3 year"),
    (
        "The lower house, where her party holds 74 of 150 seats, will vote within 21 days.",
        "74 seat ; 150 seat ; 21 day",
    ),
    (
        "Half of those asked said they trusted neither candidate; only a quarter said they were certain to vote.",
        "50 % ; 25 %",
    ),
    (
        "She was the first of three women to accuse him, and is seeking damages of at least $1 million.",
        "3 woman ; >=1000000 USD",
    ),
    ("Tens of millions of dollars went missing from the fund between 2014 and 2018.", "v10000000 USD"),
    ("Some 40 per cent of the 3.4 million tonnes of plastic waste is burned.", "~40 % ; 3400000 tonne"),
    (
        "Coffee prices have surged 70 percent this year to above $3 a pound for the first time since 2011.",
        "70 % ; >3 USD/lb",
    ),
    (
        "Farmers planted 94.1 million acres of corn, and yields are seen at 181 bushels per acre.",
        "380809.189348 km2 ; 181 bushel/acre",
    ),
    ("The union represents 47,000 dockworkers at three dozen ports from Maine to Texas.", "47000 dockworker ; 36 port"),
    (
        "Some 500,000 barrels a day of capacity remain shut, around a third of the Gulf's total.",
        "~500000 barrel/day ; ~33.3 %",
    ),
    ("The bank set aside $1.4 billion for bad loans, twice what analysts had forecast.", "1400000000 USD ; 2 time"),
    (
        "Sales of the drug doubled to $4.4 billion, while those of its rival fell by almost half.",
        "2 time ; 4400000000 USD ; ~50 %",
    ),
    (
        "A 1% tax on fortunes above 50 million reais would raise about 40 billion reais a year.",
        "1 % ; >50000000 BRL ; ~40000000000 BRL/year",
    ),
    ("Annual inflation slowed to 39.6% from as high as 117% a year ago.", "39.6 % ; <=117 %"),
    (
        "Rescuers pulled a 6-year-old boy from the rubble 72 hours after the 7.8-magnitude quake.",
        "72 hour ; 7.8 magnitude",
    ),
    (
        "Germany will deliver 22 Leopard 1A5 tanks, 14 M113 carriers and 61,000 rounds of 155mm ammunition.",
        "22 tank ; 14 carrier ; 61000 round",
    ),
    (
        "The Pentagon put the cost at $61bn, of which $14bn is for the Ukraine Security Assistance Initiative.",
        "61000000000 USD ; 14000000000 USD",
    ),
    ("Nobody was hurt when the train, with 84 people on board, left the tracks at 110 kph.", "84 person ; 110 km/h"),
    ("Six in 10 teachers and one in three nurses are thinking of leaving.", "60 % ; 33.3 %"),
    (
        "The two sides met twice in Geneva and will hold a third round of talks in two weeks' time.",
        "2 side ; 2 time ; 2 week",
    ),
    (
        "Nvidia became the first company worth $5 trillion, just three months after it passed the $4 trillion mark.",
        "5e+12 USD ; 3 month ; 4e+12 USD",
    ),
    ("Under-fives make up 14% of the population of 3.1 million.", "14 % ; 3100000 person"),
    ("The dish takes 20 minutes to make and costs less than £2 a head.", "20 minute ; <2 GBP/person"),
    ("The vote was 9-0, the fourth time in five years that the justices had been unanimous.", "5 year"),
    ("After 10 rounds, the judges scored it 96-94, 97-93 and 95-95.", "10 round"),
    ("He shot a 65 and is two strokes behind.", "2 stroke"),
    ("Madrid need a point from their last two matches to clinch a 36th league title.", "2 match"),
    ("The 5ft 9in forward scored 24 goals in 38 games for the Under-21s.", "1.7526 m ; 24 goal ; 38 game"),
    (
        "The film, the first in the franchise in 12 years, took $58.2 million over the weekend from 4,100 cinemas.",
        "12 year ; 58200000 USD ; 4100 cinema",
    ),
    ("The album spent 15 weeks at number one and sold over 30 million copies.", "15 week ; >30000000 copy"),
    ("Global sea surface temperatures were 0.68C above average, the 15th month in a row of records.", "0.68 °C"),
    ("The panels convert 24% of sunlight into power and cost 11 cents per watt.", "24 % ; 0.11 USD/W"),
    ("Iran has 142 kilograms of uranium enriched to up to 60 percent, the IAEA says.", "142 kg ; <=60 %"),
    ("Each of the 12 jurors will be paid $40 a day.", "12 juror ; 40 USD/day"),
    ("Shares of Company X fell as much as 6.3%, their biggest one-day drop since June 2022.", "<=6.3 % ; 1 day"),
    ("The Reserve Bank kept its cash rate at 4.35 per cent for an eighth straight meeting.", "4.35 %"),
    (
        "Tesla delivered 462,890 cars in the third quarter, short of the 469,828 expected by analysts.",
        "462890 car ; 469828 car",
    ),
    (
        "Starbucks shares tumbled 16% after comparable sales dropped 7% in China and 3% in the United States.",
        "16 % ; 7 % ; 3 %",
    ),
    (
        "The budget carrier flew 18.3 million passengers in August, 1% more than a year earlier, with planes 96% full.",
        "18300000 passenger ; 1 % ; 96 %",
    ),
    (
        "Toyota will invest 1.1 trillion yen over five years and build a second plant employing 3,500 people.",
        "1.1e+12 JPY ; 5 year ; 3500 person",
    ),
    (
        "The pay deal is worth 5.5% for 1.4 million health workers, while junior doctors get 22% over two years.",
        "5.5 % ; 1400000 worker ; 22 % ; 2 year",
    ),
    ("Households will pay £149 more a year from October as the cap rises to £1,717.", "149 GBP ; 1717 GBP"),
    ("At 0.9 percent, growth was the weakest in three years.", "0.9 % ; 3 year"),
    (
        "Nvidia's revenue rose 122 percent to $30.04 billion, and it announced a $50 billion buyback.",
        "122 % ; 30040000000 USD ; 50000000000 USD",
    ),
    (
        "The chip has 208 billion transistors and is 30 times faster than its predecessor, the firm claims.",
        "208000000000 transistor ; 30 time",
    ),
    (
        "A Boeing 777 carrying 211 passengers and 18 crew hit turbulence at 37,000ft, and a 73-year-old man died.",
        "211 passenger ; 18 crew ; 11277.6 m",
    ),
    (
        "The yacht, 56 metres long and with a mast 75 metres high, sank within minutes with 22 people aboard.",
        "56 m ; 75 m ; 22 person",
    ),
    ("Rain of 40mm to 60mm is likely, with as much as 100mm on hills, the Met Office said.", "0.04..0.06 m ; <=0.1 m"),
    (
        "The typhoon dumped more than 400 millimetres of rain in 24 hours and killed at least 87.",
        ">0.4 m ; 24 hour ; >=87 person",
    ),
    ("Researchers sequenced the DNA of 28 mammoths that lived up to 50,000 years ago.", "28 mammoth ; <=50000 year"),
    (
        "The telescope can see objects 100 times fainter than Hubble, from a point 1.5 million kilometres from Earth.",
        "100 time ; 1500000 km",
    ),
    ("A woman in her 30s and two children aged four and six were in the car.", "2 child"),
    ("Adults should do 150 minutes of moderate exercise a week, the guidelines say.", "150 minute/week"),
    ("Obesity rates more than quadrupled among children between 1990 and 2022.", ">4 time"),
    ("Ipswich beat Leeds 2-1 with a goal eight minutes from time in front of 29,000 fans.", "8 minute ; 29000 fan"),
    ("The Slovenian attacked 51km from the finish and won by 34 seconds.", "51 km ; 34 second"),
    (
        "She jumped 2.10m, one centimetre higher than the record that had stood for 37 years.",
        "2.1 m ; 0.01 m ; 37 year",
    ),
    (
        "The quarterback threw for 312 yards and three touchdowns, completing 24 of 31 passes.",
        "285.2928 m ; 3 touchdown ; 24 pass ; 31 pass",
    ),
    ("The Kenyan clocked 2 hours, 9 minutes and 56 seconds.", "2 hour ; 9 minute ; 56 second"),
    (
        "Voters in 11 of the 13 provinces go to the polls; 68 seats are needed for a majority.",
        "11 province ; 13 province ; 68 seat",
    ),
    ("The motion passed by 331 votes to 244, with three abstentions.", "331 vote ; 244 vote ; 3 abstention"),
    (
        "Harris led by 49% to 46% among 1,695 registered voters, within the 3-point margin of error.",
        "49 % ; 46 % ; 1695 voter ; 3 point",
    ),
    ("The former president faces 34 counts and up to four years in jail on each.", "34 count ; <=4 year"),
    ("Prosecutors want a sentence of eight and a half years.", "8.5 year"),
    (
        "Customs officers found 2,000 kg of ketamine with a street value of $14m in 180 boxes.",
        "2000 kg ; 14000000 USD ; 180 box",
    ),
    ("The court awarded him $3.75 million, a tenth of what he had asked for.", "3750000 USD ; 10 %"),
    (
        "Ukraine destroyed 51 of 58 Shahed drones and 15 of 26 missiles overnight, leaving two dead and 18 wounded.",
        "51 drone ; 58 drone ; 15 missile ; 26 missile ; 2 person ; 18 person",
    ),
    (
        "The Himars launcher fires six GPS-guided rockets to about 80 kilometres, or a single ATACMS to 300 km.",
        "6 rocket ; ~80 km ; 300 km",
    ),
    (
        "Pyongyang has shipped some 13,000 containers that could hold more than six million 152mm shells.",
        "~13000 container ; >6000000 shell",
    ),
    (
        "Israel said 100 jets hit 40 launch sites; Hezbollah said it had fired over 320 rockets at 11 bases.",
        "100 jet ; 40 site ; >320 rocket ; 11 base",
    ),
    ("The 155th Brigade lost 1,700 of its 5,800 men before reaching the front.", "1700 man ; 5800 man"),
    ("The tank, a 46-tonne T-90M with a 125mm gun, costs some 4.5 million dollars.", "46 tonne ; ~4500000 USD"),
    ("One soldier was killed and a second was seriously hurt 3 km from the village.", "1 soldier ; 3 km"),
    ("Rebels said they had seized 14 villages and taken dozens of soldiers prisoner.", "14 village ; v12 soldier"),
    ("The blast left a crater 30 metres across and blew out windows half a kilometre away.", "30 m ; 0.5 km"),
    (
        "The convoy of around 100 lorries brought 1,200 tonnes of flour, enough for 40,000 people for a month.",
        "~100 lorry ; 1200 tonne ; 40000 person",
    ),
    ("He sold the flat, two rooms of 41 square metres, for 8.5 million roubles.", "2 room ; 41 m2 ; 8500000 RUB"),
    ("A litre of milk is $1.05, up 12 cents on last year.", "1.05 USD ; 0.12 USD"),
    # the noun is said once, or in another way
    ("The train cuts the trip from seven hours to three.", "7 hour ; 3 hour"),
    ("The bill passed by 61 votes to 39.", "61 vote ; 39 vote"),
    ("The regiment was left with 20 men out of 120.", "20 man ; 120 man"),
    ("Officials put the death toll at more than 250.", ">250 death"),
    ("The frigate has a crew of 180.", "180 person"),
    ("Their baby weighed just 1lb 3oz.", "1.1875 lb"),
    ("They fell into the sea 200 nm off the coast.", "370.4 km"),
    ("One child in eight is late to school.", "12.5 %"),
    ("The thieves were gone in under ten minutes.", "<10 minute"),
    ("A grenade killed two policemen and wounded a third in the market.", "2 policeman"),
    ("Farmers over 60 have no successor.", ""),
    ("The headset has two 4K displays.", "2 display"),
]


def expected(row: str) -> list[tuple[float | None, float | None, str, str]]:
    return [figure(one.strip()) for one in row.split(" ; ") if one]


def figure(written: str) -> tuple[float | None, float | None, str, str]:
    match = FIGURE.fullmatch(written)
    assert match, written
    mark, value, upper, unit = match[1] or "", float(match[2]), match[3], match[4]
    if upper:
        return value, float(upper), "range", unit
    low = None if mark in {"<", "<="} else value
    high = None if mark in {">", ">=", "v"} else value
    return low, high, QUALIFIERS[mark], unit


@pytest.mark.parametrize(("sentence", "row"), SENTENCES, ids=[row[0][:60] for row in SENTENCES])
def test_every_figure_of_a_sentence(sentence: str, row: str) -> None:
    found = [(one.low, one.high, one.qualifier, one.unit) for one in tag(sentence).claims if not one.implicit]
    assert [rounded(one) for one in found] == [rounded(one) for one in expected(row)]


def rounded(
    one: tuple[float | None, float | None, str, str],
) -> tuple[str, str, str, str]:
    low, high = ("open" if value is None else f"{value:.9g}" for value in one[:2])
    return low, high, one[2], one[3]
