package dev.tap445.export;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the web server listens, as Prometheus exporters write it: {@code host:port}, {@code :port} (all addresses) or
 * {@code [v6]:port}. Port 0 lets the system choose.
 */
public record ListenAddress(String host, int port) {
    public static final ListenAddress DEFAULT = new ListenAddress("127.0.0.1", 10445);

    private static final int LAST_PORT = 65_535;
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%\\w+)?)]|([^\\[\\]:\\s]*)):(\\d{1,5})");

    /** @throws IllegalArgumentException with a message for the user */
    public static ListenAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) > LAST_PORT) {
            throw new IllegalArgumentException(
                    "'" + Printable.of(text) + "' is not host:port, :port or [IPv6 address]:port");
        }
        String host = form.group(1) != null ? form.group(1) : form.group(2);
        return new ListenAddress(host, Integer.parseInt(form.group(3)));
    }

    InetSocketAddress socketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
