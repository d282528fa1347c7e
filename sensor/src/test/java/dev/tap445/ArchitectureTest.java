package dev.tap445;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directions in which the stages of the pipeline may know each other. */
final class ArchitectureTest {

    private static final String ROOT = "dev.tap445";

    private static final JavaClasses SENSOR = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** Without this, a wrong class path would let every other rule pass on nothing. */
    @Test
    void seesEveryStage() {
        Assertions.assertThat(SENSOR.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        "dev.tap445.app",
                        "dev.tap445.capture",
                        "dev.tap445.ring",
                        "dev.tap445.wire",
                        "dev.tap445.decode",
                        "dev.tap445.track",
                        "dev.tap445.inventory",
                        "dev.tap445.export");
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(SENSOR);
    }

    @ParameterizedTest(name = "{0} knows of its siblings only [{1}]")
    @CsvSource({
        "wire,''",
        "ring,''",
        "capture,ring wire",
        "decode,wire ring",
        "track,decode wire ring",
        "inventory,track decode wire ring",
        "export,inventory track wire",
    })
    void stageImportsOnlyWhatTheDesignAllows(String stage, String allowed) {
        String[] siblings = Stream.concat(
                        Stream.of(stage), Arrays.stream(allowed.split(" ")).filter(s -> !s.isEmpty()))
                .map(s -> ROOT + "." + s + "..")
                .toArray(String[]::new);
        check(classes()
                .that()
                .resideInAPackage(ROOT + "." + stage + "..")
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackage(ROOT + "..")
                        .or(JavaClass.Predicates.resideInAnyPackage(siblings))));
    }

    @Test
    void packetLibraryStaysInCapture() {
        confine("capture", "org.pcap4j..", "com.sun.jna..");
    }

    @Test
    void metricsAndHttpStayInExport() {
        confine("export", "io.micrometer..", "io.prometheus..", "com.sun.net.httpserver..");
    }

    @Test
    void layoutAndRingNeverLog() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".wire..", ROOT + ".ring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "ch.qos..", "java.util.logging.."));
    }

    private static void confine(String stage, String... packages) {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + stage + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages));
    }

    /** A stage may still be empty: then there is nothing to break the rule. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SENSOR);
    }
}
