"""Functions that search and sort Japanese text; consortium/search.py says what each is for.

They are immutable, so that generated columns and indexes may use them. Their bodies are fixed: a better key
is a new function and a new column. Names are qualified, as `pg_restore` sets no search path.
"""

from django.db import migrations

_KATAKANA = "".join(map(chr, range(0x30A1, 0x30F5))) + "ヵヶヽヾ"
_HIRAGANA = "".join(map(chr, range(0x3041, 0x3095))) + "かけゝゞ"
_GLYPHS = ("髙﨑𠮷德瀨靑", "高崎吉徳瀬青")
_DASHES = "‐‑‒–—―−"
_FROM, _TO = _KATAKANA + _GLYPHS[0] + _DASHES, _HIRAGANA + _GLYPHS[1] + "-" * len(_DASHES)

_VOICED = "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔぁぃぅぇぉっゃゅょゎゕゖ"
_PLAIN = "かきくけこさしすせそたちつてとはひふへほはひふへほうあいうえおつやゆよわかけ"
_VOWELS = {
    "あ": "あかさたなはまやらわ",
    "い": "いきしちにひみりゐ",
    "う": "うくすつぬふむゆる",
    "え": "えけせてねへめれゑ",
    "お": "おこそとのほもよろを",
}


def _prolonged(expression: str) -> str:
    for vowel, row in _VOWELS.items():
        expression = f"regexp_replace({expression}, '([{row}])ー+', '\\1{vowel}', 'g')"
    return expression


SEARCH_KEY = rf"""
    CREATE FUNCTION public.search_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(
      lower(regexp_replace(normalize(value, NFKC),
        '[ \t\r\f\v\u00AD\u200B-\u200F\u2060\uFE00-\uFE0F\uFEFF\U000E0100-\U000E01EF]', '', 'g')),
      '{_FROM}', '{_TO}')
"""
# As rows, so that a text of thousands of characters is walked once.
SEARCH_GRAMS = r"""
    CREATE FUNCTION public.search_grams(key text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
      SELECT coalesce(array_agg(DISTINCT gram), '{}')
      FROM (SELECT char, char || lead(char) OVER (ORDER BY place) AS pair
            FROM string_to_table(key, NULL) WITH ORDINALITY AS one(char, place)) AS chars,
        LATERAL (VALUES (char), (pair)) AS grams(gram)
      WHERE gram IS NOT NULL AND strpos(gram, E'\n') = 0)
"""
SEARCH_TERMS = """
    CREATE FUNCTION public.search_terms(word text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (
      SELECT coalesce(array_agg(gram), '{}')
      FROM unnest(public.search_grams(public.search_key(word))) AS gram
      WHERE length(gram) = least(2, length(public.search_key(word))))
"""
READING_KEY = rf"""
    CREATE FUNCTION public.reading_key(kana text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN {_prolonged(f"translate(translate(normalize(kana, NFKC), '{_KATAKANA}', '{_HIRAGANA}'), '{_VOICED}', '{_PLAIN}')")}
"""
_NAMES = ("search_terms(text)", "search_grams(text)", "search_key(text)", "reading_key(text)")


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]
    operations = [
        migrations.RunSQL(
            [SEARCH_KEY, SEARCH_GRAMS, SEARCH_TERMS, READING_KEY],
            [f"DROP FUNCTION public.{name}" for name in _NAMES],
        )
    ]
