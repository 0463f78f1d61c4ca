package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What class files do not tell. */
class SourceRulesTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES =
      List.of(
          "api",
          "core",
          "models",
          "weights",
          "download",
          "onnx",
          "datasets",
          "augment",
          "callbacks",
          "testkit",
          "null-checks",
          "cli",
          "guice",
          "report",
          "server",
          "spark",
          "engines/lowering",
          "engines/djl",
          "engines/mxnet",
          "engines/onnxruntime",
          "engines/pytorch",
          "engines/tensorflow");
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "(?m)^(?<before>.*)\\n"
              + "(?<indent> *)public (?:abstract |final |sealed |non-sealed |static )*"
              + "(?:class|interface|record|enum|@interface) (?<name>\\w+)");

  private static List<Path> sources(String module) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @Test
  void everyPublicTypeIsDocumented() throws IOException {
    List<String> bare = new ArrayList<>();
    int types = 0;
    for (String module : MODULES) {
      for (Path source : sources(module)) {
        Matcher matcher = PUBLIC_TYPE.matcher(Files.readString(source));
        while (matcher.find()) {
          types++;
          String before = matcher.group("before").strip();
          boolean documented =
              before.endsWith("*/") || before.startsWith("@") || before.endsWith(")");
          if (!documented) {
            bare.add(source + ": " + matcher.group("name"));
          }
        }
      }
    }
    assertThat(types).isGreaterThan(200);
    assertThat(bare).isEmpty();
  }
}
