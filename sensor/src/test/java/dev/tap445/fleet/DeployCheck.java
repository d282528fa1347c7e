package dev.tap445.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code deploy/check} of a project directory. */
record DeployCheck(int exit, List<String> lines) {
    static DeployCheck run(Path root, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("python3", "-B", root.resolve("deploy/check").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = process.inputReader().lines().toList();
        return new DeployCheck(process.waitFor(), lines);
    }

    /** Everything but the last line, which only counts. */
    List<String> problems() {
        return lines.subList(0, Math.max(0, lines.size() - 1));
    }
}
