package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.ByteWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DialectsTest {

    /** Tests of hostile bytes in the same process may have filled the table. */
    @BeforeEach
    void forget() {
        Dialects.forget();
    }

    private static int code(String text) {
        byte[] bytes = new ByteWriter().ascii(text).toArray();
        return Dialects.ofString(ByteWriter.segment(bytes), 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "NT LM 0.12,smb1",
        "LANMAN1.0,smb1",
        "NT LANMAN 1.0,smb1",
        "Made by nobody 1.0,smb1",
        "SMB 2.002,smb2",
        "SMB 2.???,smb2",
    })
    void aStringKeepsItsNameAndFamily(String text, String family) {
        assertThat(Dialects.name(code(text))).isEqualTo(text);
        assertThat(Dialects.family(code(text))).isEqualTo(family);
        assertThat(Dialects.isSmb1(code(text))).isEqualTo("smb1".equals(family));
        assertThat(Dialects.isSmb2String(code(text))).isEqualTo("smb2".equals(family));
    }

    @ParameterizedTest
    @CsvSource({"0x0202,2.0.2,smb2", "0x0210,2.1,smb2", "0x0300,3.0,smb3", "0x0302,3.0.2,smb3", "0x0311,3.1.1,smb3"})
    void aRevisionHasItsNameAndFamily(String revision, String name, String family) {
        int code = Dialects.ofRevision(Integer.decode(revision));
        assertThat(Dialects.name(code)).isEqualTo(name);
        assertThat(Dialects.family(code)).isEqualTo(family);
    }

    @Test
    void theWildcardAndInventedRevisionsAreNone() {
        assertThat(Dialects.ofRevision(0x02ff)).isEqualTo(Dialects.NONE);
        assertThat(Dialects.ofRevision(0x0312)).isEqualTo(Dialects.NONE);
    }

    @Test
    void anSmb1StringThatLooksLikeAnSmb2DialectIsNotOne() {
        assertThat(Dialects.isSmb1(code("3.1.1"))).isTrue();
        assertThat(code("3.1.1")).isNotEqualTo(Dialects.SMB_3_1_1);
        assertThat(Dialects.isSmb1(code("refused"))).isTrue();
        assertThat(Dialects.family(Dialects.REFUSED)).isEqualTo("none");
        assertThat(Dialects.name(code("3.1.1"))).isEqualTo("other");
        assertThat(Dialects.name(code("refused"))).isEqualTo("other");
        assertThat(Dialects.name(code("SMB 2.\u0001\u0001\u0001"))).isEqualTo("other");
        assertThat(Dialects.isSmb1(code("SMB 2.\u0001\u0001\u0001"))).isTrue();
    }

    @Test
    void unknownStringsAreMadeFitForAReportAndCut() {
        assertThat(Dialects.name(code("evil\n\u001b[31m\u00ff"))).isEqualTo("evil??[31m?");
        assertThat(Dialects.name(code("x".repeat(500)))).hasSize(Dialects.MAX_NAME);
    }
}
