package dev.tap445.export;

/** How a reload went, in words for whoever asked. */
public record Reloaded(boolean successful, String message) {}
