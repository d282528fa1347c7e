package dev.tap445.export;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request to the API: {@code verdict=smb1_only,mixed&readiness=not_ready}. A value is one of a closed list;
 * several are joined by commas and mean any of them; parameters together mean all of them.
 */
record Query(List<Parameter> parameters) {
    private record Parameter(String name, Set<String> values) {}

    /** A request that cannot be answered, in words for who made it. */
    static final class BadQueryException extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        BadQueryException(String message) {
            super(message);
        }
    }

    /** @throws BadQueryException where it is malformed */
    static Query parse(@Nullable String raw) throws BadQueryException {
        List<Parameter> parameters = new ArrayList<>();
        for (String part : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            String[] sides = part.split("=", 2);
            try {
                String name = URLDecoder.decode(sides[0], StandardCharsets.UTF_8);
                String values = sides.length == 1 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8);
                parameters.add(new Parameter(
                        name,
                        Set.copyOf(List.of(values.split(",", -1)).stream()
                                .distinct()
                                .toList())));
            } catch (IllegalArgumentException e) {
                throw new BadQueryException("the query is malformed");
            }
        }
        return new Query(List.copyOf(parameters));
    }

    /** Complains where a parameter is not one of {@code known}. */
    void allow(Set<String> known) throws BadQueryException {
        for (Parameter parameter : parameters) {
            if (!known.contains(parameter.name)) {
                throw new BadQueryException("unknown parameter '" + Printable.of(parameter.name) + "'");
            }
        }
    }

    /** Whether a value of this kind is asked for; all are where the parameter is absent. */
    <E extends Enum<E>> Predicate<E> choice(String name, Class<E> kind) throws BadQueryException {
        Predicate<E> chosen = value -> true;
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                Set<E> values = new java.util.HashSet<>();
                for (String value : parameter.values) {
                    values.add(value(name, value, kind));
                }
                chosen = chosen.and(values::contains);
            }
        }
        return chosen;
    }

    boolean has(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name.equals(name));
    }

    private static <E extends Enum<E>> E value(String name, String value, Class<E> kind) throws BadQueryException {
        for (E constant : kind.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw new BadQueryException("unknown " + name + " '" + Printable.of(value) + "'");
    }
}
