package dev.tap445.export.access;

import dev.tap445.inventory.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A web configuration file as it was read.
 *
 * @param users bcrypt hashes by name
 * @param headers to set on every answer
 */
record WebConfig(@Nullable TlsConfig tls, Map<String, String> headers, Map<String, String> users) {
    static final WebConfig EMPTY = new WebConfig(null, Map.of(), Map.of());

    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> HEADERS = Set.of(
            "Content-Security-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-XSS-Protection");

    /** Not more than is allowed, whatever size the file claims: it may be a device. */
    private static String content(Path file) throws IOException, AccessException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new AccessException(file + ": larger than a configuration can be");
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    static WebConfig read(Path file) throws AccessException {
        Object document;
        try {
            document = new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadFromString(content(file));
        } catch (IOException e) {
            throw new AccessException(file + ": cannot be read: " + FileTrouble.of(e), e);
        } catch (YamlEngineException e) {
            throw new AccessException(file + ": not YAML: " + firstLine(e.getMessage()), e);
        }
        if (document == null) {
            return EMPTY;
        }
        Section root = Section.of(document, file, "");
        Section tls = root.section("tls_server_config");
        Section http = root.section("http_server_config");
        Section users = root.section("basic_auth_users");
        WebConfig config = new WebConfig(
                tls == null ? null : TlsConfig.of(tls),
                http == null ? Map.of() : headers(http),
                users == null ? Map.of() : users(users));
        root.refuseOthers();
        if (http != null && config.tls == null && Boolean.TRUE.equals(http.flag("http2"))) {
            throw http.wrong("http2", "needs tls_server_config");
        }
        return config;
    }

    private static Map<String, String> headers(Section http) throws AccessException {
        http.flag("http2"); // HTTP/1.1 is spoken either way
        Section section = http.section("headers");
        http.refuseOthers();
        if (section == null) {
            return Map.of();
        }
        Map<String, String> headers = section.texts();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!HEADERS.contains(header.getKey())) {
                throw section.wrong(
                        header.getKey(),
                        "is not one of " + HEADERS.stream().sorted().toList());
            }
            if (header.getValue().chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw section.wrong(header.getKey(), "holds characters that a header cannot have");
            }
        }
        return headers;
    }

    private static Map<String, String> users(Section section) throws AccessException {
        Map<String, String> users = section.texts();
        for (Map.Entry<String, String> user : users.entrySet()) {
            if (!Passwords.isHash(user.getValue())) {
                throw section.wrong(user.getKey(), "is not a bcrypt hash ($2a$, $2b$ or $2y$)");
            }
        }
        return users;
    }

    private static String firstLine(@Nullable String message) {
        return message == null
                ? ""
                : String.join(" ", message.lines().map(String::strip).toList());
    }
}
