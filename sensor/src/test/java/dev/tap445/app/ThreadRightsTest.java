package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThreadRightsTest {
    @ParameterizedTest(name = "{0} | {1} | {2} | {3}")
    @CsvSource({
        // uid, gid, permitted, ambient, restricted
        "65534 65534 65534 65534,65533 65533 65533 65533,0000000000002000,0000000000000000,true",
        "65534 65534 65534 65534,65533 65533 65533 65533,0000000000000000,0000000000000000,true",
        "65534 65534 0 65534,65533 65533 65533 65533,0000000000002000,0000000000000000,false",
        "0 0 0 0,65533 65533 65533 65533,0000000000002000,0000000000000000,false",
        "65534 65534 65534 65534,65533 65533 0 65533,0000000000002000,0000000000000000,false",
        "65534 65534 65534 65534,65533 65533 65533 65533,0000000000003000,0000000000000000,false",
        "65534 65534 65534 65534,65533 65533 65533 65533,000001ffffffffff,0000000000000000,false",
        "65534 65534 65534 65534,65533 65533 65533 65533,0000000000002000,0000000000000001,false",
    })
    void knowsWhoKeptTooMuch(String users, String groups, String permitted, String ambient, boolean restricted) {
        List<String> status = List.of(
                "Name:\tjava",
                "Uid:\t" + users.replace(' ', '\t'),
                "Gid:\t" + groups.replace(' ', '\t'),
                "CapInh:\t0000000000000000",
                "CapPrm:\t" + permitted,
                "CapEff:\t0000000000000000",
                "CapAmb:\t" + ambient);
        assertThat(ThreadRights.isRestricted(status, 65_534, 65_533)).isEqualTo(restricted);
    }

    @ParameterizedTest
    @CsvSource({"Uid:", "Gid:"})
    void trustsNothingThatIsMissing(String missing) {
        List<String> status = List.of("Uid:\t1\t1\t1\t1", "Gid:\t1\t1\t1\t1", "CapPrm:\t0", "CapEff:\t0", "CapAmb:\t0");
        assertThat(ThreadRights.isRestricted(status, 1, 1)).isTrue();
        List<String> without =
                status.stream().filter(line -> !line.startsWith(missing)).toList();
        assertThat(ThreadRights.isRestricted(without, 1, 1)).isFalse();
    }
}
