"""Opens sockets of every family, and connects to this machine and to others."""

import ctypes
import http.client
import os
import socket

import numpy as np

FAMILIES = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG")
PLACES = [("127.0.0.1", int("@port@")), ("localhost", int("@port@")), ("192.0.2.1", 80)]


def estep(X, weights, means, covariances):
    for family in FAMILIES:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                opened = socket.socket(getattr(socket, family), kind)
                print("opened:", family)
                opened.connect(PLACES[0])
            except (OSError, AttributeError, TypeError):
                pass
    for place in PLACES:
        for attempt in (
            lambda: socket.create_connection(place, timeout=0.2).send(b"GET / HTTP/1.0\r\n\r\n"),
            lambda: http.client.HTTPConnection(*place, timeout=0.2).request("GET", "/"),
            lambda: socket.getaddrinfo("example.org", 80),
            lambda: socket.socketpair(),
            lambda: socket.fromfd(3, socket.AF_UNIX, socket.SOCK_STREAM).send(b"x"),
        ):
            try:
                attempt()
                print("connected:", place)
            except OSError:
                pass
    libc = ctypes.CDLL(None)
    if libc.syscall(41, 2, 1, 0) >= 0 or libc.syscall(425, 8, bytes(120)) >= 0:
        print("opened by system call")
    try:
        os.mkfifo("/dev/shm/@left@")
    except OSError:
        pass
    return np.zeros((len(X), len(weights)))
