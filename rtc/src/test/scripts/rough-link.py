#!/usr/bin/python3
"""A link between two network namespaces that loses, delays and reorders packets, for kernels without tc netem.

Usage: rough-link.py NAMESPACE DEVICE NAMESPACE DEVICE LOSS_PERCENT DELAY_MS JITTER_MS
It makes a TUN device in each namespace, prints "ready", and carries packets until it is ended; then the devices are gone.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x1001
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def tun(namespace, device):
    with open("/run/netns/" + namespace) as file:
        if LIBC.setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "the namespace cannot be entered", namespace)
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN_WITHOUT_HEADER))
    return descriptor


def main():
    one = tun(sys.argv[1], sys.argv[2])
    other = tun(sys.argv[3], sys.argv[4])
    loss, delay, jitter = (float(word) for word in sys.argv[5:8])
    ends = {one: other, other: one}
    waiting = []
    number = 0
    print("ready", flush=True)
    while True:
        pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select(list(ends), [], [], pause)
        now = time.monotonic()
        for end in readable:
            packet = os.read(end, 65536)
            if random.uniform(0, 100) >= loss:
                number += 1
                heapq.heappush(waiting, (now + (delay + random.uniform(0, jitter)) / 1000, number, ends[end], packet))
        while waiting and waiting[0][0] <= now:
            _, _, end, packet = heapq.heappop(waiting)
            try:
                os.write(end, packet)
            except OSError:
                pass  # The other end is not up: loss, too.


main()
