package dev.tap445.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point of the {@code tap445} command. */
@Command(
        name = "tap445",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Passive sensor: who still speaks SMB1, and where TCP 445 is silently blocked.")
public final class Main implements Runnable {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tap445 " + (version == null ? "(not packaged)" : version)};
        }
    }
}
