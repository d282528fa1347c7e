package dev.tap445.export;

/** A view with the labels of its address. Ordered by the address as text, as the model orders series. */
record Named<T>(HostLabels labels, T view) implements Comparable<Named<?>> {
    /** The address as text. */
    String text() {
        return labels.text();
    }

    @Override
    public int compareTo(Named<?> other) {
        return labels.compareTo(other.labels);
    }
}
