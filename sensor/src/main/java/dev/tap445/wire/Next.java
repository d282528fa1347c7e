package dev.tap445.wire;

/** What follows a header; below zero, so that none is a result of {@link FrameWalker#walk}. */
final class Next {
    /** By the EtherType that was read. */
    static final int ETHER_TYPE = -1;

    static final int ETHERNET = -2;
    static final int IP_BY_VERSION = -3;
    /** Nothing that is followed. */
    static final int STOP = -4;
    /** It was no such header. */
    static final int NONE = -5;

    private Next() {}
}
