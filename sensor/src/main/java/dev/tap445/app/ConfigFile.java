package dev.tap445.app;

import dev.tap445.inventory.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file as mappings of keys to texts, each with its line, so that whatever is wrong can be pointed at. Everything
 * that is wrong is a {@link CommandFailure} with {@link ExitCode#CONFIGURATION}.
 */
final class ConfigFile {
    private static final int MAX_BYTES = 16 << 20;

    private final Path path;

    private ConfigFile(Path path) {
        this.path = path;
    }

    /** A value, or several of one key, and the line (from 1) of the key. */
    record Entry(String key, List<String> values, int line) {}

    /** One element of a list of mappings, and its line. */
    record Item(List<Entry> entries, int line) {}

    /** The entries of a mapping; nested keys are joined with dots: {@code web: {listen-address: x}}. */
    static List<Entry> entries(Path path) {
        ConfigFile file = new ConfigFile(path);
        List<Entry> entries = new ArrayList<>();
        Node root = file.root();
        if (root != null) {
            file.flatten("", file.mapping(root), entries);
            file.refuseDuplicates(entries);
        }
        return entries;
    }

    /** The mappings in the list under {@code key}, which is the only key. */
    static List<Item> items(Path path, String key) {
        ConfigFile file = new ConfigFile(path);
        Node root = file.root();
        List<Item> items = new ArrayList<>();
        if (root == null) {
            return items;
        }
        for (NodeTuple tuple : file.mapping(root).getValue()) {
            String name = file.text(tuple.getKeyNode());
            if (!name.equals(key)) {
                throw file.wrong(line(tuple.getKeyNode()), "unknown key '" + name + "'; known: " + key);
            }
            if (!(tuple.getValueNode() instanceof SequenceNode list)) {
                throw file.wrong(line(tuple.getKeyNode()), "'" + key + "' is not a list");
            }
            for (Node element : list.getValue()) {
                List<Entry> entries = new ArrayList<>();
                file.flatten("", file.mapping(element), entries);
                file.refuseDuplicates(entries);
                items.add(new Item(entries, line(element)));
            }
        }
        return items;
    }

    static CommandFailure wrong(Path path, int line, String message) {
        return new CommandFailure(ExitCode.CONFIGURATION, path + ":" + line + ": " + message);
    }

    private CommandFailure wrong(int line, String message) {
        return wrong(path, line, message);
    }

    private @Nullable Node root() {
        try {
            Optional<Node> root = new Compose(settings(path)).composeString(content());
            return root.filter(node -> !node.getTag().equals(Tag.NULL)).orElse(null);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "cannot read " + path + ": " + FileTrouble.of(e));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw wrong(line, context + e.getProblem());
        } catch (YamlEngineException e) {
            throw wrong(1, String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML"));
        }
    }

    /** Aliases of mappings and lists would make a small file a large one, or one without end. */
    private static LoadSettings settings(Path path) {
        return LoadSettings.builder()
                .setLabel(path.toString())
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(MAX_BYTES)
                .build();
    }

    /** Not more than is allowed, whatever size the file claims: it may be a device. */
    private String content() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw wrong(1, "larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
            throw wrong(1 + (int) out.flip().chars().filter(c -> c == '\n').count(), "not UTF-8");
        }
        return out.flip().toString();
    }

    private MappingNode mapping(Node node) {
        if (node instanceof MappingNode mapping) {
            return mapping;
        }
        throw wrong(line(node), "expected 'key: value'");
    }

    private void flatten(String prefix, MappingNode mapping, List<Entry> entries) {
        for (NodeTuple tuple : mapping.getValue()) {
            String key = prefix + text(tuple.getKeyNode());
            Node value = tuple.getValueNode();
            int line = line(tuple.getKeyNode());
            switch (value) {
                case MappingNode nested -> flatten(key + ".", nested, entries);
                case SequenceNode list ->
                    entries.add(new Entry(
                            key, list.getValue().stream().map(this::text).toList(), line));
                default -> entries.add(new Entry(key, List.of(text(value)), line));
            }
        }
    }

    private void refuseDuplicates(List<Entry> entries) {
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (!seen.add(entry.key())) {
                throw wrong(entry.line(), "'" + entry.key() + "' is there twice");
            }
        }
    }

    private String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            if (text.indexOf('\0') >= 0) {
                throw wrong(line(node), "a NUL in '" + text + "'");
            }
            return text;
        }
        throw wrong(line(node), "expected a single value");
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
