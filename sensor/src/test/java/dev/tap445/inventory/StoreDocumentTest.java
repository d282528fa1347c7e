package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.IdentityField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** People read the tables of the store by what {@code deploy/store.md} says of them: it says all there is, and no more. */
final class StoreDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "deploy", "store.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:view )?`(\\w+)` \\| .* \\| (.*) \\|$");
    private static final Pattern REMARK = Pattern.compile("\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern QUERY = Pattern.compile("(?m)^ {4}(?:sqlite3 .*'(SELECT [^']*)'|(SELECT [^;]*);)");

    private Connection store;
    private String document;

    @BeforeEach
    void makeAnEmptyStore() throws SQLException, IOException {
        store = DriverManager.getConnection("jdbc:sqlite::memory:");
        StoreSchema.migrate(store, StoreSchema.MIGRATIONS);
        document = Files.readString(DOCUMENT);
    }

    @AfterEach
    void close() throws SQLException {
        store.close();
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString("name"));
            }
        }
        return values;
    }

    private static List<String> names(String text) {
        return NAME.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** The cell with the columns of a table. */
    private String columnsOf(String table) {
        return ROW.matcher(document)
                .results()
                .filter(row -> row.group(1).equals(table))
                .map(row -> row.group(2))
                .findFirst()
                .orElseThrow();
    }

    /** Those in brackets behind the name of a column. */
    private List<String> valuesOf(String table, String column) {
        return Pattern.compile("`" + column + "` \\(([^)]*)\\)")
                .matcher(columnsOf(table))
                .results()
                .map(match -> names(match.group(1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesEveryColumnOfEveryTableAndViewInItsOrder() throws SQLException {
        Map<String, List<String>> real = new TreeMap<>();
        for (String table : column("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")) {
            real.put(table, column("PRAGMA table_info(" + table + ")"));
        }
        Map<String, List<String>> described = new TreeMap<>();
        for (MatchResult row : ROW.matcher(document).results().toList()) {
            described.put(row.group(1), names(REMARK.matcher(row.group(2)).replaceAll("")));
        }
        assertThat(real).hasSizeGreaterThan(10);
        assertThat(described).isEqualTo(real);
    }

    @Test
    void namesEveryFieldOfAnIdentityAndEveryTimeOfTheFeed() {
        List<String> fields = Arrays.stream(IdentityField.values())
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .toList();
        assertThat(valuesOf("identities", "field")).containsExactlyInAnyOrderElementsOf(fields);
        List<String> times = new ArrayList<>(FeedTimes.OF_THE_FEED);
        times.add(FeedTimes.FIRST_START);
        assertThat(valuesOf("meta", "key")).containsExactlyInAnyOrderElementsOf(times);
    }

    @Test
    void itsQueriesRun() throws SQLException {
        List<String> queries = QUERY.matcher(document)
                .results()
                .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
                .toList();
        assertThat(queries).hasSize(2);
        for (String query : queries) {
            try (Statement statement = store.createStatement();
                    ResultSet row = statement.executeQuery(query)) {
                assertThat(row.next()).as(query).isFalse();
            }
        }
    }

    @Test
    void saysHowLongRowsStay() {
        StoreRetention kept = StoreRetention.DEFAULT;
        assertThat(document)
                .contains("`--retention.smb1` " + kept.smb1Days() + " days")
                .contains("`--retention.smb` " + kept.smbDays() + " ")
                .contains("`--retention.attempts` " + kept.attemptDays() + " ")
                .contains("`--retention.events` " + kept.eventDays() + " ");
    }
}
