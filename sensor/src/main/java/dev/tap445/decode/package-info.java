/**
 * From a frame to TCP segments, ICMP errors and SMB messages: link layers, tunnels, IP, NBSS, SMB1 and SMB2.
 * Thread: the worker that reads the ring. Guarantee: stateless and free of allocation per packet; bytes that
 * make no sense end in one counted {@code DecodeFailure} reason, never in an exception.
 */
@NullMarked
package dev.tap445.decode;

import org.jspecify.annotations.NullMarked;
