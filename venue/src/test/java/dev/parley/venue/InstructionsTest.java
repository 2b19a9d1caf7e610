package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the model is told, against the tools it is told of.
class InstructionsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void v22NameOnlyToolsAndParametersThatThereAre() {
        try (var venue = Venue.inMemory(Venue.Options.DEFAULT)) {
            var known = venue.toolbox()
                    .definitions()
                    .stream()
                    .flatMap(tool -> Stream.concat(Stream.of(tool.name()), tool
                            .parameters()
                            .path("properties")
                            .propertyNames()
                            .stream()))
                    .collect(Collectors.toSet());

            var named = Pattern.compile("[a-z]+(_[a-z]+)+")
                    .matcher(venue.menu().instructions())
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toSet());

            assertThat(named).contains("add_multiple_to_cart", "terminate_session");
            assertThat(known).containsAll(named);
        }
    }

    @Test
    void referenceClientsMaySayProductNameWhereTheSchemaSaysProductId() {
        var given = (ObjectNode) JSON.readTree("{\"product_name\":\"Merlot\",\"reason\":\"corked\"}");

        assertThat(ReferenceClients.arguments("archive_product", given)).isEqualTo(JSON.readTree(
                "{\"reason\":\"corked\",\"product_id\":\"Merlot\"}"));
        assertThat(given.has("product_name")).isTrue();
        assertThat(ReferenceClients.arguments("search_drinks", given)).isSameAs(given);
    }
}
