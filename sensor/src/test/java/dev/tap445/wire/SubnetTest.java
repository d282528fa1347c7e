package dev.tap445.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubnetTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.0.1,true",
        "10.0.0.0/8,11.0.0.1,false",
        "10.1.2.3/8,10.9.9.9,true",
        "192.0.2.1,192.0.2.1,true",
        "192.0.2.1,192.0.2.2,false",
        "192.0.2.128/25,192.0.2.127,false",
        "192.0.2.128/25,192.0.2.128,true",
        "0.0.0.0/0,203.0.113.9,true",
        "0.0.0.0/0,fd00::1,false",
        "::/0,fd00::1,true",
        "fd00::/8,fdff::1,true",
        "fd00::/8,fe80::1,false",
        "2001:db8::/64,2001:db8::ffff:ffff:ffff:ffff,true",
        "2001:db8::/64,2001:db8:0:1::,false",
        "2001:db8::/65,2001:db8::8000:0:0:0,false",
        "2001:db8::1/128,2001:db8::1,true",
    })
    void containsItsAddresses(String block, String address, boolean inside) {
        assertThat(Subnet.parse(block)
                        .orElseThrow()
                        .contains(IpAddress.parse(address).orElseThrow()))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::/129", "x/8"})
    void refusesWhatIsNoBlock(String text) {
        assertThat(Subnet.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "192.0.2.1/32", "::/0"})
    void printsWhatItParsed(String text) {
        assertThat(Subnet.parse(text).orElseThrow()).hasToString(text);
    }
}
