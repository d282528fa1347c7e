package dev.tap445.decode;

import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.Vantage;

/** What tells hosts with the same address apart, besides the address. */
public enum Distinguish {
    /** Nothing: one address is one host, wherever it is seen. */
    NONE(Vantage.NONE),
    /** The VLAN of its frames. */
    VLAN(Vantage.VLAN),
    /** The VXLAN or Geneve network. */
    VNI(Vantage.VNI),
    /** The ERSPAN session. */
    ERSPAN(Vantage.ERSPAN);

    private final int kind;

    Distinguish(int kind) {
        this.kind = kind;
    }

    /** The zone of the addresses in this packet; {@link Vantage#NONE} where it has nothing to tell by. */
    int zone(FrameWalker frame) {
        return this == NONE ? Vantage.NONE : zone(frame.vlan(), frame.tunnel());
    }

    /** As the other, from a {@link Vantage} of a tunnel. */
    int zone(int vlan, int tunnel) {
        if (this == NONE) {
            return Vantage.NONE;
        }
        if (kind == Vantage.VLAN) {
            return vlan == 0 ? Vantage.NONE : Vantage.of(Vantage.VLAN, vlan);
        }
        return Vantage.kind(tunnel) == kind ? tunnel : Vantage.NONE;
    }
}
