package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.OfferCounts;
import dev.tap445.inventory.Signing;
import dev.tap445.wire.Subnet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The web page in a real browser: what a user does with it, and what hostile names do not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebPageTest {
    private static final String ATTACK = "<img src=x onerror=\"document.title='broken in'\"><script>alert(1)</script>";

    @TempDir
    private static Path directory;

    private Browser browser;
    private WebServer server;
    private volatile Supplier<Findings> findings = Estate::findings;

    @BeforeAll
    @SuppressWarnings("NullAway.Init")
    void start() throws ListenException {
        browser = Browser.start(directory);
        server = WebServer.start(
                ListenAddress.parse("127.0.0.1:0"),
                new WebServer.Content(new PrometheusRegistry(), () -> findings.get(), () -> true, "1.2.3"));
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    @BeforeEach
    void forget() {
        findings = Estate::findings;
        browser.desk();
        browser.colours("light");
        browser.complaints();
        browser.requests();
    }

    /** After every walk: nothing was said on the console, and nobody else was asked. */
    @AfterEach
    void isQuietAndKeepsToItself() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .filteredOn(url -> !url.startsWith("blob:") && !url.startsWith("about:"))
                .allMatch(url -> url.startsWith("http://127.0.0.1:" + server.port() + "/"), "of the sensor itself");
    }

    private void open(String hash) {
        browser.open("http://127.0.0.1:" + server.port() + "/" + hash);
    }

    private String hash() {
        return String.valueOf(browser.run("return location.hash"));
    }

    private List<String> addresses() {
        return browser.texts("tbody th.address a");
    }

    private void awaitRows(String... addresses) {
        browser.await(List.of(addresses) + " are shown", () -> addresses().equals(List.of(addresses)));
    }

    @Test
    void estateAnswersBothQuestionsInWordsAndLeadsOn() {
        open("");
        browser.await(
                "the sentence", () -> browser.texts(".headline").toString().contains("2 clients break"));
        assertThat(browser.texts(".headline").getFirst())
                .contains("1 of 2 servers is ready to have it switched off")
                .contains("1 port swallows connections without a word");
        assertThat(browser.texts("svg[role=img] title")).contains("SMB1 only: 1", "Silent: 1");
        browser.one(".headline a").click();
        awaitRows("192.0.2.5", "192.0.2.9");
        assertThat(hash()).isEqualTo("#/clients?verdict=smb1_only%2Cmixed");
        browser.driver().navigate().back();
        browser.one(".short a[href='#/server/198.18.0.4']").click();
        browser.await("the timeline", () -> browser.texts(".timeline .lane").contains("192.0.2.9"));
    }

    @Test
    void listSortsFiltersAndCanBeLinked() {
        open("#/clients");
        awaitRows("192.0.2.5", "192.0.2.9", "fd00::7", "192.0.2.66");
        assertThat(browser.one("th[aria-sort]").getText()).isEqualTo("Verdict");
        WebElement address = browser.one("thead th:first-child button");
        address.click();
        awaitRows("192.0.2.5", "192.0.2.9", "192.0.2.66", "fd00::7");
        assertThat(browser.one("thead th:first-child").getAttribute("aria-sort"))
                .isEqualTo("ascending");
        address.click();
        awaitRows("fd00::7", "192.0.2.66", "192.0.2.9", "192.0.2.5");
        assertThat(browser.one("thead th:first-child").getAttribute("aria-sort"))
                .isEqualTo("descending");
        browser.one("input[value=smb1_only]").click();
        browser.one("input[value=unknown]").click();
        awaitRows("192.0.2.66", "192.0.2.5");
        browser.one("#q").sendKeys("konica");
        awaitRows("192.0.2.5");
        assertThat(hash()).isEqualTo("#/clients?sort=-address&verdict=smb1_only,unknown&q=konica");
        String linked = hash();
        open("");
        open(linked);
        awaitRows("192.0.2.5");
        assertThat(browser.one("#q").getAttribute("value")).isEqualTo("konica");
        assertThat(browser.one("input[value=smb1_only]").isSelected()).isTrue();
        browser.await("what was found is said", () -> browser.texts(".tally").contains("1 of 4"));
    }

    @Test
    void acceptedDeviceSaysWhoAnswersForIt() {
        AcceptedDevice device = new AcceptedDevice(
                Subnet.parse("192.0.2.5").orElseThrow(), false, "print <b>team", "old", Estate.NOW + 1_000_000_000L);
        AcceptedDevice expired =
                new AcceptedDevice(Subnet.parse("192.0.2.9").orElseThrow(), false, "nobody", "late", Estate.NOW);
        Findings plain = Estate.findings();
        findings =
                () -> new Findings(plain.inventory(), plain.feed(), 0, new AcceptedDevices(List.of(device, expired)));
        open("#/clients?q=accepted");
        awaitRows("192.0.2.5");
        assertThat(browser.texts("tbody .badge")).contains("Accepted");
        open("#/client/192.0.2.5");
        browser.await(
                "its owner",
                () -> browser.texts(".facts dd").stream()
                        .anyMatch(text -> text.startsWith("print <b>team: old, until ")));
    }

    @Test
    void acceptedServerIsShownWhereverItsClientsAre() {
        AcceptedDevice nas =
                new AcceptedDevice(Subnet.parse("198.18.0.2").orElseThrow(), true, "storage", "old NAS", 0);
        AcceptedDevice late =
                new AcceptedDevice(Subnet.parse("192.0.2.5").orElseThrow(), false, "nobody", "late", Estate.NOW);
        Findings plain = Estate.findings();
        findings = () -> new Findings(plain.inventory(), plain.feed(), 0, new AcceptedDevices(List.of(nas, late)));
        open("#/servers?q=accepted%20storage");
        awaitRows("198.18.0.2");
        assertThat(browser.texts("tbody .badge")).contains("Accepted");
        open("#/server/198.18.0.2");
        browser.await("its owner", () -> browser.texts(".facts dd").contains("storage: old NAS"));
        assertThat(browser.texts(".badges .badge")).contains("Accepted");
        assertThat(browser.texts("section tbody .badge")).contains("Accepted");
        open("#/client/192.0.2.5");
        browser.await("its server", () -> browser.texts("section tbody .badge").contains("Accepted"));
        assertThat(browser.texts(".badges .badge")).as("of its own").doesNotContain("Accepted");
    }

    @Test
    void serverShowsReadinessAndItsDependents() {
        open("#/servers");
        awaitRows("198.18.0.2", "198.18.0.3", "198.18.0.4", "198.18.0.5");
        browser.one("tbody a[href='#/server/198.18.0.2']").click();
        browser.await("readiness", () -> browser.texts(".lead").toString().contains("Not ready: 1 client depends"));
        browser.await("the printer", () -> browser.texts("section tbody th").contains("192.0.2.5 PRINTER01"));
        assertThat(String.valueOf(browser.run("return document.title"))).isEqualTo("198.18.0.2 · tap445");
        assertThat(String.valueOf(browser.run("return document.activeElement.tagName")))
                .isEqualTo("H1");
        browser.one("section a[href='#/client/192.0.2.5']").click();
        browser.await("the client", () -> browser.texts(".lead").contains("Without SMB1: breaks."));
        open("#/server/203.0.113.1");
        browser.await("absence is said", () -> browser.one(".empty").isDisplayed());
        assertThat(browser.complaints()).allMatch(line -> line.contains("404 (Not Found)"));
    }

    @Test
    void portStatesShowWhatIsSilent() {
        open("#/ports?state=silent,dark");
        awaitRows("198.18.0.4");
        open("#/server/198.18.0.4");
        browser.await("two attempts", () -> browser.texts(".attempt title").size() == 2);
        assertThat(browser.texts(".attempt title").get(1)).startsWith("192.0.2.9: 4 SYNs in 7 s");
        assertThat(browser.one(".timeline").getAttribute("aria-label"))
                .startsWith("2 unanswered attempts of 1 clients with 4 repeated SYNs");
        browser.one("summary").click();
        assertThat(browser.texts("details tbody td.number")).containsExactly("4", "2");
    }

    @Test
    void sensorShowsWhatWasLost() {
        open("#/sensor");
        browser.await("the interface", () -> browser.texts("tbody th").contains("eth0"));
        assertThat(browser.texts(".counts dt")).contains("kernel", "ring", "tcp offset", "sensor drops");
    }

    @Test
    void keyboardAloneIsEnough() {
        open("#/clients");
        awaitRows("192.0.2.5", "192.0.2.9", "fd00::7", "192.0.2.66");
        WebElement page = browser.one("body");
        page.sendKeys(Keys.TAB);
        assertThat(String.valueOf(browser.run("return document.activeElement.className")))
                .isEqualTo("skip");
        browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
        assertThat(String.valueOf(browser.run("return document.activeElement.id")))
                .isEqualTo("main");
        browser.driver().switchTo().activeElement().sendKeys("/");
        assertThat(String.valueOf(browser.run("return document.activeElement.id")))
                .isEqualTo("q");
        browser.driver().switchTo().activeElement().sendKeys("printer", Keys.TAB);
        awaitRows("192.0.2.5");
        assertThat(String.valueOf(browser.run("return document.activeElement.value")))
                .isEqualTo("smb1_only");
        browser.driver().switchTo().activeElement().sendKeys(Keys.SPACE, Keys.TAB);
        for (int i = 0;
                i < 10
                        && !browser.run("return document.activeElement.textContent")
                                .equals("192.0.2.5");
                i++) {
            assertThat(
                            String.valueOf(
                                    browser.run(
                                            "return getComputedStyle(document.activeElement).outlineStyle + "
                                                    + "getComputedStyle(document.activeElement.closest('.chip') ?? document.body).outlineStyle")))
                    .contains("solid");
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
        }
        browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.await("the client", () -> hash().equals("#/client/192.0.2.5"));
    }

    @Test
    void newDataArrivesWithoutReloadAndLeavesTheFocus() {
        open("#/clients?sort=address");
        awaitRows("192.0.2.5", "192.0.2.9", "192.0.2.66", "fd00::7");
        browser.run("window.marker = 1; document.querySelector(\"a[href='#/client/192.0.2.9']\").focus()");
        ClientView fresh = Estate.numbered(7, Estate.NOW, Estate.NOW);
        findings = () -> new Findings(
                Estate.snapshot(
                        Estate.NOW, List.of(fresh, Estate.printer(), Estate.rogue()), List.of(Estate.nas()), List.of()),
                Estate.feed(),
                1);
        awaitRows("10.0.0.7", "192.0.2.5", "192.0.2.9");
        assertThat(browser.run("return window.marker")).isEqualTo(1L);
        assertThat(String.valueOf(browser.run("return document.activeElement.textContent")))
                .isEqualTo("192.0.2.9");
        browser.one("#pause").click();
        browser.await("paused", () -> browser.one("#status").getText().equals("paused"));
        findings = Estate::findings;
        browser.one("#pause").click();
        awaitRows("192.0.2.5", "192.0.2.9", "192.0.2.66", "fd00::7");
    }

    @Test
    void saysWhenTheSensorStopsAnsweringAndGoesOn() {
        open("#/clients");
        awaitRows("192.0.2.5", "192.0.2.9", "fd00::7", "192.0.2.66");
        findings = () -> {
            throw new IllegalStateException("for the test");
        };
        browser.await("the trouble", () -> browser.one("#trouble").getText().contains("the sensor answered 500"));
        assertThat(addresses()).hasSize(4);
        findings = Estate::findings;
        browser.await("all is well", () -> !browser.one("#trouble").isDisplayed());
        assertThat(browser.complaints()).allMatch(line -> line.contains("500 (Internal Server Error)"));
    }

    @Test
    void takesAwayWhatIsShown() throws IOException {
        open("#/clients?verdict=smb1_only,mixed&sort=-address");
        awaitRows("192.0.2.9", "192.0.2.5");
        for (WebElement button :
                browser.driver().findElements(org.openqa.selenium.By.cssSelector(".downloads button"))) {
            button.click();
        }
        Path csv = directory.resolve("tap445-clients.csv");
        Path json = directory.resolve("tap445-clients.json");
        browser.await("downloads", () -> Files.exists(csv) && Files.exists(json));
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).startsWith("address,verdict,without_smb1,reason,hostname,");
        assertThat(lines.get(1)).startsWith("192.0.2.9,mixed,").contains("\"'=cmd|'/c calc'!A1\\x1b[2J<script>");
        JsonNode clients = new ObjectMapper().readTree(Files.readString(json)).get("clients");
        assertThat(clients).hasSize(2);
        assertThat(clients.get(1).get("hostname").asText()).isEqualTo("PRINTER01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#/", "#/clients", "#/client/192.0.2.77", "#/server/198.18.0.2"})
    void hostileNamesAreText(String hash) {
        Identity identity = new Identity(ATTACK, ATTACK, ATTACK, "\u202e" + ATTACK, null, 1, Signing.OFF, 1);
        ClientView hostile = new ClientView(
                Estate.address("192.0.2.77"),
                ClientVerdict.SMB1_ONLY,
                List.of(),
                new OfferCounts(1, 0, 0, 0),
                List.of(ATTACK),
                1,
                1,
                1,
                0,
                identity,
                Estate.MORNING,
                Estate.NOW,
                Estate.MORNING,
                Estate.NOW,
                false,
                1,
                0,
                List.of(Estate.NAS),
                true,
                false);
        FeedView feed = Estate.feed();
        findings = () -> new Findings(
                Estate.snapshot(
                        Estate.NOW,
                        List.of(hostile),
                        List.of(Estate.nas()),
                        List.of(new dev.tap445.inventory.PairView(
                                hostile.address(), Estate.NAS, 1, 0, 0, 1, 1, 0, Estate.MORNING, Estate.NOW))),
                feed,
                1);
        open(hash);
        browser.await("the name as text", () -> browser.texts("main bdi").contains(ATTACK));
        assertThat(browser.run("return document.querySelectorAll('main img, main script, main iframe').length"))
                .isEqualTo(0L);
        assertThat(String.valueOf(browser.run("return document.title"))).endsWith("· tap445");
        assertThat(String.valueOf(browser.run("return document.body.textContent")))
                .doesNotContain("\u202e");
    }

    /** The page would have to be wrong first; then the policy stands in the way. */
    @Test
    void policyStopsWhatThePageWouldLetThrough() {
        open("");
        browser.one(".headline p");
        browser.run("""
                const i = document.createElement('img');
                try { i.setAttribute('onerror', 'window.broken = 1') } catch (e) { window.refused = e.name }
                i.src = '/nothing';
                document.body.append(i);
                try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>') } catch (e) { window.kept = e.name }
                """);
        browser.await("trusted types", () -> browser.run("return window.kept").equals("TypeError"));
        assertThat(browser.run("return window.refused")).isEqualTo("TypeError");
        assertThat(browser.run("return window.broken")).isEqualTo("null");
        assertThat(browser.complaints()).isNotEmpty();
    }

    @Test
    void twentyThousandHostsDoNotFreezeIt() {
        List<ClientView> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            many.add(Estate.numbered(i, Estate.MORNING, Estate.NOW - i * Estate.SECOND));
        }
        Findings all =
                new Findings(Estate.snapshot(Estate.NOW, many, List.of(Estate.nas()), List.of()), Estate.feed(), 1);
        findings = () -> all;
        open("#/clients?sort=address");
        browser.await("the first page", () -> addresses().size() == 100);
        browser.run("window.longest = 0; let last = performance.now();"
                + "(function tick(now) { window.longest = Math.max(window.longest, now - last); last = now;"
                + " requestAnimationFrame(tick) })(last)");
        browser.one("#q").sendKeys("10.0.77.");
        browser.await("found", () -> browser.texts(".tally").contains("256 of 20,000"));
        browser.one("#q").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
        browser.await("all", () -> browser.texts(".tally").contains("20,000"));
        browser.one("thead th:last-child button").click();
        browser.await("sorted", () -> addresses().getFirst().equals("10.0.0.0"));
        browser.one(".pager button:last-child").click();
        browser.await("turned", () -> browser.texts(".pager span").contains("101–200 of 20,000"));
        assertThat(hash()).contains("page=2");
        double longest = ((Number) browser.run("return window.longest")).doubleValue();
        System.out.printf(Locale.ROOT, "longest pause with 20 000 hosts: %.0f ms%n", longest);
        assertThat(longest).isLessThan(5_000); // 0.4 s where little else runs; the rest is for busy machines
        assertThat(((Number) browser.run("return document.getElementsByTagName('*').length")).intValue())
                .isLessThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void textStandsOutFromItsGround(String scheme) {
        browser.colours(scheme);
        for (String hash : List.of("#/", "#/clients", "#/server/198.18.0.4", "#/sensor")) {
            open(hash);
            browser.await(
                    "content", () -> browser.texts("main .badge, main .tile").size() > 1);
            assertThat(String.valueOf(browser.run(CONTRAST))).as(hash).isEqualTo("[]");
        }
        String ground = String.valueOf(browser.run("return getComputedStyle(document.body).backgroundColor"));
        assertThat(ground).isEqualTo(scheme.equals("dark") ? "rgb(20, 24, 27)" : "rgb(245, 244, 240)");
    }

    /** WCAG 2.2 success criterion 1.4.3: texts whose contrast with their ground is below 4.5 to 1. */
    private static final String CONTRAST = """
            const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
            const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
              return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
            const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > .99) return c; } return [255, 255, 255, 1]; };
            const poor = [];
            for (const e of document.querySelectorAll('body *')) {
              if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest('svg, [hidden], .hidden, noscript, button:disabled, .skip') || !e.checkVisibility()) continue;
              const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
              const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
              if (ratio < 4.5) poor.push(e.className + ' ' + e.textContent.slice(0, 20) + ' ' + ratio.toFixed(2));
            }
            return JSON.stringify(poor);
            """;

    @Test
    void fitsAPhone() {
        browser.phone();
        for (String hash : List.of("#/", "#/clients", "#/servers", "#/ports", "#/server/198.18.0.4", "#/sensor")) {
            open(hash);
            browser.await(
                    "content", () -> browser.texts("main .badge, main .tile").size() > 1);
            assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth"))
                    .as("sideways scrolling of " + hash)
                    .isEqualTo(0L);
        }
    }
}
