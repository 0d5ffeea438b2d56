"""What the two source packages leave blank, cut short or spell against the municipality's own use.

Keys are five-digit bodies of codes. Kana: small kana printed as large ones in the source. Romaji: blank,
cut at a fixed width, or a long vowel dropped across a word boundary (こと+うら is Kotoura).
"""

KANA = {
    "06428": "しょうないまち",
    "10421": "なかのじょうまち",
    "11206": "ぎょうだし",
    "11211": "ほんじょうし",
    "11216": "はにゅうし",
    "12403": "くじゅうくりまち",
    "12443": "おんじゅくまち",
    "12463": "きょなんまち",
    "14383": "まなづるまち",
    "25384": "りゅうおうちょう",
    "27229": "しじょうなわてし",
    "29426": "こうりょうちょう",
    "33208": "そうじゃし",
    "33586": "しんじょうそん",
    "47326": "ちゃたんちょう",
}
ROMAJI = {
    "01560": "Takinoue-cho",
    "01571": "Toyoura-cho",
    "01642": "Hiroo-cho",
    "07482": "Yamatsuri-machi",
    "12218": "Katsuura-shi",
    "13362": "Toshima-mura",
    "19346": "Ichikawamisato-cho",
    "19430": "Fujikawaguchiko-machi",
    "20303": "Koumi-machi",
    "20416": "Toyooka-mura",
    "20561": "Yamanouchi-machi",
    "21382": "Wanouchi-cho",
    "27383": "Chihayaakasaka-mura",
    "28209": "Toyooka-shi",
    "30421": "Nachikatsuura-cho",
    "31371": "Kotoura-cho",
    "33212": "Setouchi-shi",
    "36301": "Katsuura-cho",
    "42208": "Matsuura-shi",
    "43506": "Yunomae-machi",
    "46213": "Nishinoomote-shi",
    "46217": "Soo-shi",
    "46525": "Setouchi-cho",
}
EXCLUDED = frozenset({"01695", "01696", "01697", "01698", "01699", "01700"})
"""Six villages of 北方領土: they have codes, but no administration, and are not among the 1,741."""
