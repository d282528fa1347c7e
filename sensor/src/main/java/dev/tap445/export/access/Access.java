package dev.tap445.export.access;

import com.sun.net.httpserver.HttpsConfigurator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read, as the file says now: the file and those it names are looked at once a second, and what changed is in
 * force for the connections and requests that come after. What is wrong then is logged, and changes nothing. TLS itself
 * cannot be switched on or off without a restart.
 */
public final class Access implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    private static final long LOOK_MILLIS = 1_000;

    private record State(
            WebConfig config,
            @Nullable Passwords passwords,
            @Nullable TlsSettings tls) {}

    private final @Nullable Path file;
    private final @Nullable Thread watcher;
    private volatile State state;
    private List<Object> stamps = List.of();

    private Access(@Nullable Path file, State state) {
        this.file = file;
        this.state = state;
        this.watcher =
                file == null ? null : Thread.ofVirtual().name("web-config").unstarted(this::watch);
    }

    /** No TLS, no passwords. */
    public static Access open() {
        return new Access(null, new State(WebConfig.EMPTY, null, null));
    }

    /** Reads the file and follows its changes until closed. */
    public static Access of(Path file) throws AccessException {
        Access access = new Access(file, read(file));
        access.stamps = stamps(file, files(access.state));
        access.state = read(file); // what changed since the first reading is in here, or changes the stamps
        if (access.watcher != null) {
            access.watcher.start();
        }
        return access;
    }

    private static State read(Path file) throws AccessException {
        WebConfig config = WebConfig.read(file);
        Passwords passwords = config.users().isEmpty() ? null : new Passwords(config.users());
        TlsConfig tls = config.tls();
        try {
            return new State(config, passwords, tls == null ? null : TlsSettings.of(tls));
        } catch (AccessException e) {
            throw new AccessException(file + ": " + e.getMessage(), e);
        }
    }

    public boolean usesTls() {
        return state.tls != null;
    }

    /** Whether strangers are kept out: by passwords, or by certificates. */
    public boolean authenticates() {
        TlsConfig tls = state.config.tls();
        return state.passwords != null || (tls != null && tls.clientAuth() == TlsConfig.ClientAuth.REQUIRED);
    }

    /** To set on every answer. */
    public Map<String, String> headers() {
        return state.config.headers();
    }

    /** @param authorization the header of the request */
    public Permission ask(@Nullable String authorization) {
        Passwords passwords = state.passwords;
        return passwords == null ? Permission.PERMITTED : passwords.ask(authorization);
    }

    /** Settings of TLS that follow the file; only where it {@linkplain #usesTls() is used}. */
    public HttpsConfigurator tls() {
        return TlsSettings.following(() -> {
            TlsSettings tls = state.tls;
            if (tls == null) {
                throw new IllegalStateException("no TLS");
            }
            return tls;
        });
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() {
        Path path = file;
        if (path == null) {
            return;
        }
        List<Object> now = stamps(path, files(state));
        if (now.equals(stamps)) {
            return;
        }
        stamps = now;
        try {
            State fresh = read(path);
            if ((fresh.tls == null) != (state.tls == null)) {
                LOG.error("{}: TLS is switched on or off by a restart alone; nothing was changed", path);
                return;
            }
            if (!files(fresh).equals(files(state))) {
                stamps = List.of(); // once more, with the files that are new
            }
            state = fresh;
            LOG.info("{}: read again", path);
        } catch (AccessException e) {
            LOG.error("{}; what was in force before stays", e.getMessage());
        }
    }

    private static List<Path> files(State state) {
        TlsConfig tls = state.config.tls();
        return tls == null ? List.of() : tls.files();
    }

    /** What differs when a file was written or replaced, links followed. */
    private static List<Object> stamps(Path file, List<Path> others) {
        List<Path> all = new ArrayList<>(others);
        all.add(file);
        List<Object> stamps = new ArrayList<>();
        for (Path one : all) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(one, BasicFileAttributes.class);
                stamps.add(List.of(
                        one, attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey())));
            } catch (IOException e) {
                stamps.add(List.of(one, "unreadable"));
            }
        }
        return stamps;
    }

    @Override
    public void close() {
        if (watcher != null) {
            watcher.interrupt();
        }
    }
}
