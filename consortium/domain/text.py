"""Japanese text: keys to search and sort by, and cells that a spreadsheet won't execute."""

import re
import unicodedata

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_KATAKANA_TO_HIRAGANA |= {ord("ヶ"): ord("け"), ord("ヵ"): ord("か")}  # 鰺ヶ沢 is also written 鰺ケ沢
_SMALL_TO_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_VOWEL_ROWS = {
    "あ": "あかさたなはまやらわ",
    "い": "いきしちにひみりゐ",
    "う": "うくすつぬふむゆる",
    "え": "えけせてねへめれゑ",
    "お": "おこそとのほもよろを",
}
_VOWEL = {kana: vowel for vowel, row in _VOWEL_ROWS.items() for kana in row}
_FORMULA_STARTS = "=+-@\t\r\n"


def half_width(text: str) -> str:
    """Digits and letters as a Japanese keyboard may leave them, in half width and without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def hiragana(text: str) -> str:
    """Fold katakana, half-width ones included, into hiragana with composed voiced marks."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA_TO_HIRAGANA)


def search_key(text: str) -> str:
    """A form in which full- and half-width, upper and lower case, katakana and hiragana compare as equal."""
    folded = unicodedata.normalize("NFKC", hiragana(text).casefold())
    return " ".join(folded.split())


def kana_sort_key(kana: str) -> tuple[str, str]:
    """五十音順: first without voiced marks and small kana (はは, ぱぱ, ばば together), then with."""
    exact = hiragana(kana)
    plain = ""
    for char in unicodedata.normalize("NFD", exact):
        if not unicodedata.combining(char):
            plain += _VOWEL.get(plain[-1:], char) if char == "ー" else char.translate(_SMALL_TO_LARGE)
    return plain, exact


def bigrams(text: str) -> tuple[str, ...]:
    """Distinct neighbouring pairs of the search key without spaces; a single character is itself one."""
    key = search_key(text).replace(" ", "")
    pairs = [key[i : i + 2] for i in range(max(len(key) - 1, min(len(key), 1)))]
    return tuple(dict.fromkeys(pairs))


def csv_cell(text: str) -> str:
    """Put `'` before a text that a spreadsheet would take for a formula, full-width ＝＋－＠ included.

    So is a text that looks like one already defused: `csv_text` gives every text back as it was.
    Only for texts: write numbers as numbers, or -5 becomes a text.
    """
    return f"'{text}" if _starts_formula(text.lstrip("'")) else text


def csv_text(cell: str) -> str:
    """The text that `csv_cell` was given."""
    return cell[1:] if cell.startswith("'") and _starts_formula(cell.lstrip("'")) else cell


def _starts_formula(text: str) -> bool:
    start = re.sub(r"^[\s\ufeff\u200b]+", "", text)[:1]
    candidates = unicodedata.normalize("NFKC", start) + text[:1]
    return any(char in _FORMULA_STARTS or char == "−" for char in candidates)
