package dev.parley.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the README says is true.
@Timeout(60)
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    @Test
    void everyBlockOfJavaIsCompiled() throws IOException {
        var readme = Files.readString(Path.of("README.md"));
        var compiled = words(Files.readString(Path.of("src/test/java/dev/parley/realtime/ReadmeSnippets.java")));

        var blocks = BLOCK.matcher(readme).results().map(block -> words(block.group(1))).toList();

        assertThat(blocks).hasSizeGreaterThan(8).allSatisfy(block -> assertThat(compiled).contains(block));
    }

    /// How lines are broken is a matter of the formatter.
    private static String words(String java) {
        return SPACE.matcher(java).replaceAll("");
    }

    @Test
    void theFirstExampleGivesASpokenAnswer(@TempDir Path folder) throws IOException {
        List<String> heard = new ArrayList<>();
        var file = folder.resolve("answer.raw");
        try (var server = new RawServer(peer -> {
            peer.begins();
            for (int i = 0; i < 3; i++) {
                heard.add(ClientEvent.parse(peer.next().text()).type());
            }
            peer.says(Frames.server("response.output_audio.delta"));
            peer.says(Frames.server("response.done"));
            while (peer.next().opcode() != RawServer.CLOSE) {
                // Until the client has left.
            }
            peer.closes(1000, "");
        })) {
            ReadmeSnippets.spokenAnswer(Map.of("OPENAI_BASE_URL", server.uri().toString()), file);
        }

        assertThat(heard).containsExactly("session.update", "conversation.item.create", "response.create");
        assertThat(file).hasBinaryContent(
                ((ServerEvent.OutputAudioDelta) ServerEvent.parse(Frames.server("response.output_audio.delta")))
                        .audio());
    }
}
