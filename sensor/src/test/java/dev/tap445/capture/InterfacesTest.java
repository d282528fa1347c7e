package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.wire.LinkType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class InterfacesTest {
    @Test
    void listsTheLoopbackAndNoDeviceThatIsNoNetwork() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/sys/class/net/lo")), "skipped: no Linux loopback interface");
        try {
            LibPcap.require();
        } catch (CaptureException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
        }
        assertThat(Interfaces.list())
                .noneMatch(
                        each -> each.name().startsWith("nflog") || each.name().startsWith("dbus"))
                .anySatisfy(each -> {
                    assertThat(each.name()).isEqualTo("lo");
                    assertThat(each.addresses()).contains("127.0.0.1");
                    assertThat(each.linkType()).isEqualTo(OptionalInt.of(LinkType.ETHERNET));
                    assertThat(each.up()).isTrue();
                });
    }
}
