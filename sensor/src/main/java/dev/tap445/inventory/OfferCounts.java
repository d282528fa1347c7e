package dev.tap445.inventory;

/** NEGOTIATE requests of one client by what they put forward. */
public record OfferCounts(long smb1Only, long smb1AndSmb2, long smb2Only, long incomplete) {
    public static final OfferCounts NONE = new OfferCounts(0, 0, 0, 0);

    public long total() {
        return smb1Only + smb1AndSmb2 + smb2Only + incomplete;
    }
}
