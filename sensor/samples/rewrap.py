#!/usr/bin/env python3
"""Moves captures in time, merges them and wraps their frames in VLAN tags.

rewrap.py start OUT EPOCH IN             first packet at EPOCH, order by time
rewrap.py compose OUT EPOCH IN@SECONDS.. pieces, each at its offset from EPOCH
rewrap.py vlan OUT IN TPID:ID..          tags, outermost first (0x88a8:100 0x8100:20)
rewrap.py skip OUT IN N                  without the first N packets

Reads and writes classic pcap, little-endian, microseconds, as tcpdump does.
"""
import struct
import sys

HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MAGIC = 0xA1B2C3D4


def read(path):
    """Link type and [(microseconds, original length, bytes)]."""
    with open(path, "rb") as f:
        data = f.read()
    magic, _, _, _, _, _, link = HEADER.unpack_from(data)
    if magic != MAGIC:
        sys.exit(f"{path}: not a little-endian microsecond pcap")
    packets, at = [], HEADER.size
    while at < len(data):
        seconds, micros, kept, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        packets.append((seconds * 1_000_000 + micros, length, data[at : at + kept]))
        at += kept
    return link, packets


def write(path, link, packets):
    with open(path, "wb") as f:
        f.write(HEADER.pack(MAGIC, 2, 4, 0, 0, 262144, link))
        for micros, length, frame in packets:
            f.write(RECORD.pack(micros // 1_000_000, micros % 1_000_000, len(frame), length))
            f.write(frame)


def moved(packets, start):
    """The same packets with the first one at `start` microseconds."""
    packets = sorted(packets, key=lambda p: p[0])
    delta = start - packets[0][0]
    return [(t + delta, length, frame) for t, length, frame in packets]


def tagged(frame, tags):
    inserted = b"".join(struct.pack(">HH", tpid, vlan) for tpid, vlan in tags)
    return frame[:12] + inserted + frame[12:]


def main(command, out, *rest):
    if command == "start":
        epoch, source = rest
        link, packets = read(source)
        write(out, link, moved(packets, int(epoch) * 1_000_000))
    elif command == "compose":
        merged = []
        for piece in rest[1:]:
            source, offset = piece.rsplit("@", 1)
            link, packets = read(source)
            merged += moved(packets, int((int(rest[0]) + float(offset)) * 1_000_000))
        write(out, link, sorted(merged, key=lambda p: p[0]))
    elif command == "vlan":
        tags = [tuple(int(x, 0) for x in tag.split(":")) for tag in rest[1:]]
        link, packets = read(rest[0])
        extra = 4 * len(tags)
        write(out, link, [(t, n + extra, tagged(f, tags)) for t, n, f in packets])
    elif command == "skip":
        link, packets = read(rest[0])
        write(out, link, packets[int(rest[1]) :])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
