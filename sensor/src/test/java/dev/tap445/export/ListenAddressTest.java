package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:10445,127.0.0.1,10445",
        "localhost:0,localhost,0",
        "[::1]:9100,::1,9100",
        "[fe80::1%eth0]:1,fe80::1%eth0,1"
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(host, port));
        assertThat(ListenAddress.parse(text)).hasToString(text);
    }

    @Test
    void portAloneMeansAllAddresses() {
        assertThat(ListenAddress.parse(":10445")).isEqualTo(new ListenAddress("", 10445));
        assertThat(ListenAddress.parse(":10445").socketAddress().getAddress().isAnyLocalAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10445",
                "host",
                "host:",
                "host:x",
                "host:65536",
                "host:-1",
                "::1:80",
                "[::1]",
                "[::1:80",
                "a b:1"
            })
    void refusesTheRestInWords(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not host:port, :port or [IPv6 address]:port");
    }
}
