package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "PRINTER01", "B\u00fcro", "\u6771\u4eac", "a b"})
    void leavesTextThatPrints(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @Test
    void spellsOutWhatDoesNotPrint() {
        assertThat(Printable.of("\u001b]0;x\u0007\r\n\t\u007f\u009b\u00a0"))
                .isEqualTo("\\x1b]0;x\\x07\\x0d\\x0a\\x09\\x7f\\x9b\\xa0");
        assertThat(Printable.of("\u200b\u202e\u2066\ufeff\u2028\ud800\ue000"))
                .isEqualTo("\\u200b\\u202e\\u2066\\ufeff\\u2028\\ud800\\ue000");
    }

    @ParameterizedTest
    @CsvSource({"abc,3", "\u6771\u4eac,4", "e\u0301,1", "'',0"})
    void countsColumns(String text, int columns) {
        assertThat(Printable.columns(text)).isEqualTo(columns);
    }

    @Test
    void cutsAtWholeCharacters() {
        assertThat(Printable.fit("\u6771\u4eac\u90fd", 5)).isEqualTo("\u6771\u4eac~");
        assertThat(Printable.fit("\u6771\u4eac\u90fd", 4)).isEqualTo("\u6771~");
        assertThat(Printable.fit("abc", 3)).isEqualTo("abc");
    }
}
