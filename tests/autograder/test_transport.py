"""Both ways of moving bytes to a worker, over a pipe to itself: what is sent can be received."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.checker.transport import (
    ClosedError,
    LateError,
    PollingTransport,
    ThreadedTransport,
    connect,
)

PAST = 0.0


def soon() -> float:
    """Return a deadline that tests wait for: nothing will come."""
    return time.monotonic() + 0.01


def later() -> float:
    """Return a deadline that is never reached."""
    return time.monotonic() + 60.0


class Pipes:
    """A transport, and the worker's two ends of its pipes."""

    def __init__(self, make: Callable[[int, int], Any]) -> None:
        self.requests, write_fd = os.pipe()
        read_fd, self.replies = os.pipe()
        self.transport = make(write_fd, read_fd)
        self._open = {self.requests, self.replies}

    def hang_up(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.remove(descriptor)
            os.close(descriptor)

    def end(self) -> None:
        self.transport.close()
        for descriptor in (self.requests, self.replies):
            self.hang_up(descriptor)


@pytest.fixture(params=[PollingTransport, ThreadedTransport])
def pipes(request: pytest.FixtureRequest) -> Iterator[Pipes]:
    if request.param is PollingTransport and not hasattr(os, "set_blocking"):
        pytest.skip("pipes cannot be polled here")
    pipes = Pipes(request.param)
    yield pipes
    pipes.end()


def test_what_is_sent_arrives_at_the_worker(pipes):
    pipes.transport.send(b"question", later())

    assert os.read(pipes.requests, 100) == b"question"


def test_a_reply_is_received_in_the_pieces_asked_for(pipes):
    os.write(pipes.replies, b"abcdefgh")

    assert pipes.transport.receive(3, later()) == b"abc"
    assert pipes.transport.receive(1, later()) == b"d"
    assert pipes.transport.receive(4, later()) == b"efgh"


def test_nothing_is_received_when_nothing_is_asked_for(pipes):
    assert pipes.transport.receive(0, later()) == b""


def test_data_far_larger_than_a_pipe_come_through_whole(pipes):
    data = os.urandom(1 << 20) * 8
    echo = threading.Thread(target=copy, args=(pipes.requests, pipes.replies, len(data)))
    sent = threading.Thread(target=pipes.transport.send, args=(data, later()))
    echo.start()
    sent.start()

    came = pipes.transport.receive(len(data), later())

    sent.join()
    echo.join()
    assert came == data


def copy(source: int, target: int, size: int) -> None:
    while size:
        size -= os.write(target, os.read(source, min(size, 1 << 16)))


@pytest.mark.parametrize("deadline", [lambda: PAST, soon], ids=["past", "soon"])
def test_a_reply_that_does_not_come_is_late(pipes, deadline):
    with pytest.raises(LateError):
        pipes.transport.receive(1, deadline())


def test_a_reply_that_stops_half_way_is_late(pipes):
    os.write(pipes.replies, b"abc")

    with pytest.raises(LateError):
        pipes.transport.receive(4, soon())


def test_a_worker_that_hangs_up_is_noticed(pipes):
    pipes.hang_up(pipes.replies)

    with pytest.raises(ClosedError):
        pipes.transport.receive(1, later())


def test_a_worker_that_hangs_up_half_way_is_noticed_every_time(pipes):
    os.write(pipes.replies, b"abc")
    pipes.hang_up(pipes.replies)

    for _ in range(2):
        with pytest.raises(ClosedError):
            pipes.transport.receive(4, later())


def test_what_a_worker_said_before_it_hung_up_is_still_received(pipes):
    os.write(pipes.replies, b"last words")
    pipes.hang_up(pipes.replies)

    assert pipes.transport.receive(10, later()) == b"last words"


def test_sending_to_a_worker_that_is_gone_is_noticed_at_the_latest_when_receiving(pipes):
    pipes.hang_up(pipes.requests)
    pipes.hang_up(pipes.replies)

    def exchange() -> None:
        pipes.transport.send(b"x" * (1 << 20), later())
        pipes.transport.receive(1, later())

    with pytest.raises(ClosedError):
        exchange()


def test_a_worker_that_does_not_read_is_late_at_the_latest_when_receiving(pipes):
    def exchange() -> None:
        pipes.transport.send(b"x" * (1 << 20), soon())
        pipes.transport.receive(1, soon())

    with pytest.raises(LateError):
        exchange()


def test_closing_twice_does_no_harm_and_tells_the_worker(pipes):
    pipes.transport.close()
    pipes.transport.close()

    assert os.read(pipes.requests, 1) == b""


@pytest.mark.parametrize(
    ("platform", "transport"),
    [("linux", PollingTransport), ("darwin", PollingTransport), ("win32", ThreadedTransport)],
)
def test_each_system_gets_the_transport_that_works_there(monkeypatch, platform, transport):
    monkeypatch.setattr("sys.platform", platform)

    pipes = Pipes(connect)

    monkeypatch.undo()
    assert type(pipes.transport) is transport
    pipes.end()
