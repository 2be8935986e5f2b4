import signal
import threading

import pytest

from gristmill.cli.interrupts import stopping_on_interrupt


def test_the_first_ctrl_c_asks_to_stop_and_the_second_one_stops() -> None:
    calls: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    with stopping_on_interrupt(lambda: calls.append("finishing")) as stopping:
        signal.raise_signal(signal.SIGINT)
        assert stopping.is_set()
        assert calls == ["finishing"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_sigterm_stops_at_once() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stopping_on_interrupt(lambda: None):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_outside_the_main_thread_nothing_is_changed() -> None:
    before, found = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with stopping_on_interrupt(lambda: None) as stopping:
            found.append((signal.getsignal(signal.SIGINT), stopping.is_set()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(before, False)]
