package dev.tap445.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1",
        "::ffff:192.0.2.1,192.0.2.1",
        "::,::",
        "::1,::1",
        "1::,1::",
        "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0db8:0000:0000:0000:0000:0002:0001,2001:db8::2:1",
        "fe80:0:0:1::,fe80:0:0:1::",
        "64:ff9b::192.0.2.33,64:ff9b::c000:221",
        "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
    })
    void printsTheCanonicalForm(String text, String canonical) {
        assertThat(IpAddress.parse(text).orElseThrow()).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.0x4",
                " 1.2.3.4",
                "example.com",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::",
                "fe80::1%eth0",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:8::",
                ":1",
                "1:",
                "\u0661.2.3.4",
                "\u0661::1",
            })
    void refusesWhatIsNoLiteral(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void parsesWhatItPrintsAndWhatThePlatformPrints() throws UnknownHostException {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[16];
            for (int j = 0; j < 16; j++) {
                bytes[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
            }
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            IpAddress address = IpAddress.parse(text).orElseThrow();
            assertThat(IpAddress.parse(address.toString())).contains(address);
            assertThat(InetAddress.getByName(address.toString()).getAddress())
                    .isEqualTo(InetAddress.getByName(text).getAddress());
        }
    }

    @Test
    void ordersIpv4BeforeIpv6AndBothByNumber() {
        List<String> sorted = List.of("9.0.0.0", "10.0.0.0", "192.0.2.1", "255.255.255.255", "::", "2001::", "fe80::1");
        assertThat(sorted.stream().map(text -> IpAddress.parse(text).orElseThrow()))
                .isSorted();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,true",
        "0.0.0.0,false",
        "0.1.2.3,false",
        "224.0.0.1,false",
        "255.255.255.255,false",
        "::,false",
        "ff02::1,false",
        "fe80::1,true",
        "::1,true",
    })
    void knowsWhatCannotBeAHost(String text, boolean host) {
        IpAddress address = IpAddress.parse(text).orElseThrow();
        assertThat(IpAddress.isHost(address.high(), address.low())).isEqualTo(host);
    }

    @Test
    void theFlowHashIsTheSameInBothDirections() {
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            long a = random.nextLong();
            long b = random.nextLong();
            long c = random.nextLong();
            long d = random.nextLong();
            assertThat(FlowHash.ofPair(a, b, c, d)).isEqualTo(FlowHash.ofPair(c, d, a, b));
        }
        assertThat(FlowHash.ofV4Pair(1, 2)).isEqualTo(FlowHash.ofV4Pair(2, 1)).isNotEqualTo(FlowHash.ofV4Pair(1, 3));
    }
}
