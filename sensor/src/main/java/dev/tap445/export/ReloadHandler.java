package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.function.Supplier;

/** {@code POST /-/reload}: 200 and what was applied, 500 and why not. Nothing is reloaded until somebody can do it. */
final class ReloadHandler implements HttpHandler {
    private volatile Supplier<Reloaded> reload = () -> new Reloaded(false, "there is nothing to reload");

    void onReload(Supplier<Reloaded> action) {
        reload = action;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("POST") && !method.equals("PUT")) {
            exchange.getResponseHeaders().set("Allow", "POST, PUT");
            Reply.text(exchange, 405, "method not allowed");
            return;
        }
        Reloaded result = reload.get();
        Reply.text(exchange, result.successful() ? 200 : 500, result.message());
    }
}
