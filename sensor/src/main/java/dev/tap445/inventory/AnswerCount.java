package dev.tap445.inventory;

/**
 * How often a server gave one answer.
 *
 * @param dialect dialect name ("NT LM 0.12", "2.1", …) or "refused"
 * @param family "smb1", "smb2", "smb3" or "none"
 * @param offer the offer answered: an {@code Offer} label, or "unseen"
 */
public record AnswerCount(String dialect, String family, String offer, long count) {}
