package dev.tap445.export;

/**
 * How text is laid out.
 *
 * @param width columns of the terminal, at least {@value #NARROWEST}
 * @param colour whether ANSI colours are used
 */
public record TextStyle(int width, boolean colour) {
    public static final int NARROWEST = 60;
    public static final TextStyle PLAIN = new TextStyle(100, false);

    public TextStyle {
        width = Math.max(width, NARROWEST);
    }
}
