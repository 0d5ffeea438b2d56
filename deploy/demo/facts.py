"""The demo's 24 members and one public fact of each.

Population: 令和2年国勢調査 (1 October 2020, final counts), 総務省統計局. Their membership is fictional.
"""

from dataclasses import dataclass
from typing import Final

CENSUS_YEAR: Final = 2020
CENSUS_SOURCE: Final = "令和2年国勢調査(総務省統計局)"


@dataclass(frozen=True)
class Member:
    code: str
    name: str
    romaji: str
    population: int

    @property
    def prefecture(self) -> str:
        return self.code[:2]

    @property
    def key(self) -> str:
        """For addresses under .example, which nobody can own."""
        return self.romaji.lower().rsplit("-", 1)[0]


MEMBERS: Final = (
    Member("102016", "前橋市", "Maebashi-shi", 332_149),
    Member("102024", "高崎市", "Takasaki-shi", 372_973),
    Member("072028", "会津若松市", "Aizuwakamatsu-shi", 117_376),
    Member("102032", "桐生市", "Kiryu-shi", 106_445),
    Member("102041", "伊勢崎市", "Isesaki-shi", 211_850),
    Member("102059", "太田市", "Ota-shi", 223_014),
    Member("102067", "沼田市", "Numata-shi", 45_337),
    Member("102075", "館林市", "Tatebayashi-shi", 75_309),
    Member("102083", "渋川市", "Shibukawa-shi", 74_581),
    Member("102091", "藤岡市", "Fujioka-shi", 63_261),
    Member("102105", "富岡市", "Tomioka-shi", 47_446),
    Member("102113", "安中市", "Annaka-shi", 54_907),
    Member("102121", "みどり市", "Midori-shi", 49_648),
    Member("103454", "吉岡町", "Yoshioka-machi", 21_792),
    Member("103667", "上野村", "Ueno-mura", 1_128),
    Member("104256", "嬬恋村", "Tsumagoi-mura", 8_850),
    Member("104264", "草津町", "Kusatsu-machi", 6_049),
    Member("104493", "みなかみ町", "Minakami-machi", 17_195),
    Member("105244", "大泉町", "Oizumi-machi", 42_089),
    Member("131121", "世田谷区", "Setagaya-ku", 943_664),
    Member("202151", "塩尻市", "Shiojiri-shi", 67_241),
    Member("221309", "浜松市", "Hamamatsu-shi", 790_718),
    Member("325252", "海士町", "Ama-cho", 2_267),
    Member("363421", "神山町", "Kamiyama-cho", 4_647),
)
MAEBASHI, TAKASAKI = MEMBERS[:2]
