from language_texts import edited, offset_at, place_of, position_at, range_of, split_cursor, text_in

TEXT = "a = 1\nb = '🙂' # é\n\nlast"


def test_every_character_is_found_again() -> None:
    for offset in range(len(TEXT) + 1):
        assert offset_at(TEXT, position_at(TEXT, offset)) == offset


def test_characters_are_counted_as_utf_16() -> None:
    assert place_of(TEXT, "é") == {"line": 1, "character": 11}


def test_a_place_past_the_end_is_the_end() -> None:
    assert offset_at(TEXT, {"line": 0, "character": 99}) == 5
    assert offset_at(TEXT, {"line": 9, "character": 0}) == len(TEXT)


def test_a_cursor_is_taken_out() -> None:
    assert split_cursor("ab\nc‸d") == ("ab\ncd", {"line": 1, "character": 1})


def test_edits_mean_the_text_before_all_of_them() -> None:
    edits = [
        {"range": range_of(TEXT, "last"), "newText": "end"},
        {"range": range_of(TEXT, "a"), "newText": "longer"},
        {"range": range_of(TEXT, "🙂"), "newText": ""},
    ]
    assert edited(TEXT, edits) == "longer = 1\nb = '' # é\n\nend"


def test_parts_are_told_apart_by_occurrence() -> None:
    assert place_of("x.x.x", "x", occurrence=2) == {"line": 0, "character": 4}
    assert text_in(TEXT, range_of(TEXT, "b = '🙂'")) == "b = '🙂'"
