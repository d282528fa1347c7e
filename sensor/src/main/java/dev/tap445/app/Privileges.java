package dev.tap445.app;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * Gives up what is not needed once the interfaces are open. What is left is CAP_NET_RAW, without which an interface
 * that went away could not be opened again.
 *
 * <p>On Linux each thread has credentials of its own (credentials(7)). The C library's functions change the user and
 * the groups of all threads (nptl(7)); a capability is kept by the calling thread alone and handed down to the threads
 * that it starts. So the capture threads have CAP_NET_RAW, the JVM's own threads have nothing, and
 * {@link ThreadRights} looks at each of them before the sensor goes on.
 */
final class Privileges {
    private static final Logger LOG = LoggerFactory.getLogger(Privileges.class);

    // linux/prctl.h
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    // linux/capability.h: two words each of effective, permitted, inheritable
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int CAPABILITY_DATA_INTS = 6;
    private static final int EFFECTIVE = 0;
    private static final int PERMITTED = 1;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Become this user once the interfaces are open, where started as root; "
                    + "CAP_NET_RAW alone is kept, to open an interface again that went away.")
    private @Nullable String user;

    /** Who to become. */
    private record Account(int user, int group) {}

    /** Complains about a user that nobody should or could become here. */
    void validate() {
        if (user != null) {
            account(user);
        }
    }

    /** Complains where this process cannot become the user; to be called before anything is opened. */
    void check() {
        if (user != null) {
            int current = LibC.effectiveUser();
            if (current != 0 && current != account(user).user()) {
                throw new CommandFailure(ExitCode.USAGE, "--user " + user + ": only root can become another user");
            }
        }
    }

    /** Becomes the user, if one was given. The threads that capture have to be started after this, by this thread. */
    void drop() {
        if (user == null) {
            if (LibC.isHere() && LibC.effectiveUser() == 0) {
                LOG.warn("running as root, which capturing does not need: give --user NAME");
            }
            return;
        }
        Account account = account(user);
        if (LibC.effectiveUser() == account.user()) {
            return;
        }
        // Made now: where it is needed, no class can be loaded any more.
        String unreadable = "tap445: --user " + user
                + ": this user cannot read the sensor's own files: install it where all can, such as" + " /opt";
        try (Arena arena = Arena.ofConfined()) {
            become(account, user, arena);
            keepNetRaw(arena);
        }
        if (!canReadItself()) {
            System.err.println(unreadable);
            Runtime.getRuntime().halt(ExitCode.FAILED); // an orderly end would need classes too
        }
        ThreadRights.require(account.user(), account.group());
        LOG.info("running as {} with CAP_NET_RAW alone", user);
    }

    private static Account account(String name) {
        if (!LibC.isHere()) {
            throw new CommandFailure(ExitCode.USAGE, "--user works on Linux alone");
        }
        Account account = find(name);
        if (account.user() == 0) {
            throw new CommandFailure(ExitCode.USAGE, "--user " + name + ": is root; give an ordinary user");
        }
        return account;
    }

    private static Account find(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.STATE);
            MemorySegment passwd = LibC.passwd(state, arena.allocateFrom(name));
            if (passwd.address() == 0) {
                throw new CommandFailure(ExitCode.USAGE, "--user " + name + ": there is no such user");
            }
            return new Account(
                    passwd.get(ValueLayout.JAVA_INT, LibC.PASSWD_USER),
                    passwd.get(ValueLayout.JAVA_INT, LibC.PASSWD_GROUP));
        }
    }

    private static void become(Account account, String name, Arena arena) {
        MemorySegment state = arena.allocate(LibC.STATE);
        // Else the last step would take every capability away.
        require(LibC.control(state, PR_SET_KEEPCAPS, 1), state, "keep CAP_NET_RAW");
        require(LibC.initGroups(state, arena.allocateFrom(name), account.group()), state, "take the groups of " + name);
        require(LibC.setGroup(state, account.group()), state, "take the group of " + name);
        require(LibC.setUser(state, account.user()), state, "become " + name);
    }

    private static void keepNetRaw(Arena arena) {
        MemorySegment state = arena.allocate(LibC.STATE);
        MemorySegment header = arena.allocateFrom(ValueLayout.JAVA_INT, CAPABILITY_VERSION_3, 0);
        MemorySegment data = arena.allocate(ValueLayout.JAVA_INT, CAPABILITY_DATA_INTS);
        data.setAtIndex(ValueLayout.JAVA_INT, EFFECTIVE, 1 << ThreadRights.CAP_NET_RAW);
        data.setAtIndex(ValueLayout.JAVA_INT, PERMITTED, 1 << ThreadRights.CAP_NET_RAW);
        require(LibC.setCapabilities(state, header, data), state, "give up all capabilities but CAP_NET_RAW");
        require(LibC.control(state, PR_SET_KEEPCAPS, 0), state, "keep no further capability");
        require(LibC.control(state, PR_SET_NO_NEW_PRIVS, 1), state, "refuse new privileges");
    }

    private static void require(int result, MemorySegment state, String what) {
        if (result != 0) {
            throw new CommandFailure(ExitCode.FAILED, "--user: cannot " + what + ": " + LibC.error(state));
        }
    }

    /** Classes are loaded when they are needed, which may be tomorrow. */
    private static boolean canReadItself() {
        try {
            return Files.isReadable(Path.of(Privileges.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
