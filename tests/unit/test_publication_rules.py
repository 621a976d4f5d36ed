"""What a reviewer sees of a change: every line that differs, numbered on both sides, and never without end."""

from __future__ import annotations

from backend.publication import rules
from backend.publication.rules import DifferenceLine, difference


def test_nothing_differs_between_the_same_files() -> None:
    assert difference({"a": "x\n"}, {"a": "x\n"}) == ([], 0)


def test_added_removed_and_changed_files_are_told_apart_in_order_of_their_paths() -> None:
    files, left_out = difference({"b": "x\n", "c": "old\n"}, {"a": "new\n", "c": "other\n"})
    assert [(each.path, each.change, each.added, each.removed) for each in files] == [
        ("a", "added", 1, 0),
        ("b", "removed", 0, 1),
        ("c", "changed", 1, 1),
    ]
    assert left_out == 0


def test_a_changed_line_stands_among_its_neighbours_with_both_numbers() -> None:
    before = "".join(f"line {number}\n" for number in range(1, 21))
    after = before.replace("line 10\n", "line ten\nline ten and a half\n")
    (file,), _ = difference({"a": before}, {"a": after})
    assert file.lines == [
        DifferenceLine("same", 7, 7, "line 7"),
        DifferenceLine("same", 8, 8, "line 8"),
        DifferenceLine("same", 9, 9, "line 9"),
        DifferenceLine("removed", 10, None, "line 10"),
        DifferenceLine("added", None, 10, "line ten"),
        DifferenceLine("added", None, 11, "line ten and a half"),
        DifferenceLine("same", 11, 12, "line 11"),
        DifferenceLine("same", 12, 13, "line 12"),
        DifferenceLine("same", 13, 14, "line 13"),
    ]
    assert not file.cut


def test_changes_far_apart_have_a_gap_between_them() -> None:
    before = "".join(f"{number}\n" for number in range(100))
    (file,), _ = difference({"a": before}, {"a": before.replace("10\n", "x\n", 1).replace("90\n", "y\n", 1)})
    assert [line.kind for line in file.lines].count("gap") == 1


def test_a_file_longer_than_is_shown_says_so_and_counts_all_of_it() -> None:
    (file,), _ = difference({}, {"a": "line\n" * 1000})
    assert (len(file.lines), file.cut, file.added) == (rules.MAXIMUM_LINES, True, 1000)


def test_a_file_that_changes_almost_everywhere_is_not_compared_line_by_line() -> None:
    old = "".join(f"old {number}\n" for number in range(3000))
    new = "".join(f"new {number}\n" for number in range(3000))
    (file,), _ = difference({"a": old}, {"a": new})
    assert (file.lines, file.cut, file.added, file.removed) == ([], True, 3000, 3000)


def test_more_files_than_are_shown_are_counted() -> None:
    files, left_out = difference({}, {f"{number:04}": "x\n" for number in range(rules.MAXIMUM_FILES + 7)})
    assert (len(files), left_out) == (rules.MAXIMUM_FILES, 7)


def test_a_very_long_line_is_shown_in_part() -> None:
    (file,), _ = difference({}, {"a": "x" * 5000})
    assert file.lines[0].text == "x" * rules.MAXIMUM_WIDTH
