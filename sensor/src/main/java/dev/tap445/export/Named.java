package dev.tap445.export;

/** A view with the label text of its address. Ordered by that text, as the model orders series. */
record Named<T>(String text, T view) implements Comparable<Named<?>> {
    @Override
    public int compareTo(Named<?> other) {
        return text.compareTo(other.text);
    }
}
