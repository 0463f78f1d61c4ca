package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What knows its plugins by name can no longer be extended. Comments may give examples. */
class EngineNamesTest {
  private static final Pattern ENGINE =
      Pattern.compile("tensorflow|pytorch|mxnet|djl|onnx", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

  /** The documented default order, and the names of projects whose files are read. */
  private static final Set<String> EXCEPTIONS =
      Set.of("EngineChoice.java", "UnsupportedContent.java", "WeightNames.java");

  @Test
  void apiAndCoreKnowNoEngineByName() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("api", "core")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file :
            (Iterable<Path>) files.filter(p -> p.toString().endsWith(".java"))::iterator) {
          String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
          if (ENGINE.matcher(code).find()
              && !EXCEPTIONS.contains(String.valueOf(file.getFileName()))) {
            found.add(file.toString());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
