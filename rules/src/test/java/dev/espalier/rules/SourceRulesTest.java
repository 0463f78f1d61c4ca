package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

  private static final Pattern RECORD = Pattern.compile("\\brecord (\\w+)(?:<[^>]*>)?\\(");

  /** Returns what is between a parenthesis and the one that closes it, at its commas. */
  private static List<String> list(String source, int from) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int begin = from;
    for (int i = from; ; i++) {
      char c = source.charAt(i);
      if (depth == 0 && (c == ',' || c == ')')) {
        parts.add(source.substring(begin, i).strip());
        begin = i + 1;
        if (c == ')') {
          return parts;
        }
      } else if ("(<[{".indexOf(c) >= 0) {
        depth++;
      } else if (")>]}".indexOf(c) >= 0) {
        depth--;
      }
    }
  }

  /** Returns how often a record is made of its own components with at most two others. */
  private static long copies(String source, String name, List<String> components) {
    return Pattern.compile("new " + name + "\\(")
        .matcher(source)
        .results()
        .map(match -> list(source, match.end()))
        .filter(arguments -> arguments.size() == components.size())
        .filter(
            arguments -> {
              long others =
                  IntStream.range(0, components.size())
                      .filter(i -> !arguments.get(i).equals(components.get(i)))
                      .count();
              return others > 0 && others <= 2;
            })
        .count();
  }

  /** A new component of a record that is copied often is to touch few places. */
  @Test
  void recordsWithMoreThanFourComponentsAreCopiedInOnePlace() throws IOException {
    List<String> repeated = new ArrayList<>();
    int records = 0;
    for (String module : MODULES) {
      for (Path source : sources(module)) {
        String text = Files.readString(source);
        Matcher matcher = RECORD.matcher(text);
        while (matcher.find()) {
          List<String> components =
              list(text, matcher.end()).stream()
                  .map(component -> component.replaceAll("(?s).*\\s", ""))
                  .toList();
          if (components.size() > 4) {
            records++;
            if (copies(text, matcher.group(1), components) > 2) {
              repeated.add(source + ": " + matcher.group(1));
            }
          }
        }
      }
    }
    assertThat(records).isGreaterThan(80);
    assertThat(repeated).isEmpty();
  }
}
