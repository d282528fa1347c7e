package dev.tap445.export;

import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The SMB series of servers. */
final class ServerSeries {
    private static final String[] ANSWER = {"dialect", "family", "offer", "server"};
    private static final Map<ServerVerdict, Labels> VERDICTS = Arrays.stream(ServerVerdict.values())
            .collect(Collectors.toMap(Function.identity(), verdict -> Labels.of("verdict", verdict.label())));

    private ServerSeries() {}

    static void collect(List<Named<ServerView>> servers, Series series) {
        for (Named<ServerView> named : servers) {
            ServerView server = named.view();
            for (AnswerCount answer : server.answers()) {
                String[] values = {Printable.of(answer.dialect()), answer.family(), answer.offer(), named.text()};
                series.count(Family.SMB_ANSWERS, Labels.of(ANSWER, values), answer.count());
            }
            Labels labels = named.labels().server();
            series.time(Family.SERVER_FIRST_SEEN, labels, server.smb1FirstSeen());
            series.time(Family.SERVER_LAST_SEEN, labels, server.smb1LastSeen());
            if (server.verdict() != ServerVerdict.UNKNOWN) {
                series.info(Family.SERVER_INFO, labels.merge(VERDICTS.get(server.verdict())));
                series.gauge(
                        Family.SERVER_DEPENDENTS,
                        labels,
                        server.dependentClients().size());
            }
        }
    }
}
