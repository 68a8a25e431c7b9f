"""What a conversation remembers of what was worked out for it."""

from collections.abc import Callable

from digit_tc.memory import Memory, Newest


class Words(Newest[str]):
    """A question."""


def test_a_conversation_has_one_object_of_a_class_and_another_has_its_own() -> None:
    memory = Memory()
    assert memory.of(Words) is memory.of(Words)
    assert memory.of(Words) is not Memory().of(Words)


def test_an_answer_is_worked_out_once_until_something_else_is_asked() -> None:
    worked, newest = list[int](), Newest[int]()

    def doubling(number: int) -> Callable[[], int]:
        def work_out() -> int:
            worked.append(number)
            return 2 * number

        return work_out

    assert [newest.of([number], doubling(number)) for number in (1, 1, 2, 2, 1)] == [2, 2, 4, 4, 2]
    assert worked == [1, 2, 1]
