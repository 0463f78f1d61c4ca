package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps docs/guide/guice.md true: its code stands in files that are compiled and run by tests. */
class GuiceGuideTest {
  private static final Pattern CODE = Pattern.compile("(?s)```java\n(.*?)```");
  private static final List<String> SOURCES =
      List.of(
          "examples/guice-app/src/main/java/dev/espalier/guiceapp/ClassifierApplication.java",
          "examples/guice-app/src/main/java/dev/espalier/guiceapp/ClassifierService.java",
          "examples/guice-app/src/test/java/dev/espalier/guiceapp/ClassifierApplicationTest.java",
          "guice/src/test/java/dev/espalier/guice/EspalierModuleTest.java");

  /** Spaces differ by how deep the code stands. */
  private static String words(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void itsCodeIsInTheSources() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String source : SOURCES) {
      sources.append(words(Files.readString(Path.of("..", source))));
    }
    List<String> snippets =
        CODE.matcher(Files.readString(Path.of("../docs/guide/guice.md")))
            .results()
            .map(MatchResult::group)
            .map(code -> code.replace("```java", "").replace("```", ""))
            .toList();
    assertThat(snippets).hasSizeGreaterThan(4);
    for (String snippet : snippets) {
      for (String statement : snippet.split("(?<=[;{}])\n")) {
        assertThat(sources.toString()).contains(words(statement));
      }
    }
  }
}
