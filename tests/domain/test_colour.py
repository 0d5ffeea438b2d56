import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.colour import (
    TEXT_CONTRAST,
    WHITE,
    Colour,
    ColourError,
    contrast,
    darkened_to_contrast,
    lowest_contrast,
)

CHANNEL = st.integers(0, 255)
COLOURS = st.builds(Colour, CHANNEL, CHANNEL, CHANNEL)
GROUNDS = (WHITE, Colour.parse("#eef2f3"))


@pytest.mark.parametrize("text", ["#0b4f62", "0B4F62", " #0B4f62 ", "＃0B4F62"])
def test_ways_to_write_a_colour(text: str):
    assert str(Colour.parse(text)) == "#0b4f62"


def test_short_form():
    assert str(Colour.parse("#0f8")) == "#00ff88"


@pytest.mark.parametrize("text", ["", "#", "red", "#12345", "#1234567", "#gggggg", "rgb(0,0,0)", "#0b4f62;"])
def test_no_colour(text: str):
    with pytest.raises(ColourError):
        Colour.parse(text)


def test_known_contrasts():
    assert contrast(Colour(0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast(Colour.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(WHITE, WHITE) == 1


@given(COLOURS, COLOURS)
def test_contrast_has_no_direction(one: Colour, other: Colour):
    assert 1 <= contrast(one, other) == contrast(other, one) <= 21.01


@given(COLOURS)
def test_the_proposal_is_readable_and_no_lighter(colour: Colour):
    found = darkened_to_contrast(colour, GROUNDS)
    assert lowest_contrast(found, GROUNDS) >= TEXT_CONTRAST
    assert found.luminance <= colour.luminance


@given(COLOURS)
def test_a_readable_colour_is_its_own_proposal(colour: Colour):
    proposal = darkened_to_contrast(colour, GROUNDS)
    assert darkened_to_contrast(proposal, GROUNDS) == proposal
    if lowest_contrast(colour, GROUNDS) >= TEXT_CONTRAST:
        assert proposal == colour


@given(COLOURS)
def test_the_proposal_is_near(colour: Colour):
    """What is a little lighter would not do, unless it was the colour itself."""
    proposal = darkened_to_contrast(colour, GROUNDS)
    if proposal != colour:
        lighter = proposal.with_lightness(min(proposal.lightness() + 0.03, colour.lightness()))
        assert lowest_contrast(lighter, GROUNDS) < TEXT_CONTRAST + 0.35


@given(COLOURS)
def test_written_and_read_again(colour: Colour):
    assert Colour.parse(str(colour)) == colour
