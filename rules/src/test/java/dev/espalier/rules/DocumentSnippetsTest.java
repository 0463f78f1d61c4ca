package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.core.Trainer;
import dev.espalier.core.learningrate.LearningRateCurve;
import dev.espalier.core.learningrate.LearningRateFinder;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keeps the code in README and guide true: each snippet in Java or Kotlin is part of an example or
 * of a test, with the imports that it shows. Other tests say more of single pages.
 */
class DocumentSnippetsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile("(?ms)^```(?:java|kotlin)\n(.*?)^```");
  private static final Pattern XML = Pattern.compile("(?ms)^```xml\n(.*?)^```");
  private static final Pattern VERSION =
      Pattern.compile("(?s)dev\\.espalier.{0,80}?([0-9]+\\.[0-9]+\\.[0-9]+[-\\w]*)");
  private static final List<Source> SOURCES = sources();

  /**
   * A file that tests compile or run.
   *
   * @param imports lines of the file
   * @param code the rest of it, without blanks: they differ by how deep the code stands
   */
  private record Source(Set<String> imports, String code) {
    static Source of(String text) {
      return new Source(
          text.lines().filter(Source::isImport).map(String::strip).collect(Collectors.toSet()),
          text.lines()
              .filter(Predicate.not(Source::isImport))
              .collect(Collectors.joining())
              .replaceAll("\\s+", ""));
    }

    private static boolean isImport(String line) {
      return line.startsWith("import ");
    }

    boolean contains(Source snippet) {
      return imports.containsAll(snippet.imports) && code.contains(snippet.code);
    }
  }

  private static List<Source> sources() {
    List<Source> sources = new ArrayList<>();
    for (Path file : files(ROOT, DocumentSnippetsTest::isRunByTests)) {
      sources.add(Source.of(read(file)));
    }
    return sources;
  }

  private static boolean isRunByTests(Path file) {
    String path = ROOT.relativize(file).toString().replace('\\', '/');
    return path.matches("(.*/)?src/test/.*\\.(java|kt)|examples/.*\\.(java|kt|kts)");
  }

  static List<Path> pages() {
    List<Path> pages = files(ROOT.resolve("docs"), file -> file.toString().endsWith(".md"));
    pages.add(ROOT.resolve("README.md"));
    return pages;
  }

  /** Leaves out what builds and package managers write. */
  static List<Path> files(Path folder, Predicate<Path> wanted) {
    Set<String> generated = Set.of("target", "node_modules", ".git", "build");
    List<Path> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        if (!Files.isDirectory(entry)) {
          if (wanted.test(entry)) {
            files.add(entry);
          }
        } else if (!generated.contains(entry.getFileName().toString())) {
          files.addAll(files(entry, wanted));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> blocks(Pattern kind, Path page) {
    return kind.matcher(read(page)).results().map((MatchResult block) -> block.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void showsCodeOfExamplesAndTests(Path page) {
    assertThat(blocks(CODE, page))
        .allSatisfy(
            snippet ->
                assertThat(SOURCES)
                    .as(snippet)
                    .anyMatch(source -> source.contains(Source.of(snippet))));
  }

  @Test
  void theApplicationIsShownInFull() {
    Path example = ROOT.resolve("examples/application");
    String guide = read(ROOT.resolve("docs/guide/build.md"));
    for (String file :
        List.of(
            "pom.xml",
            "build.gradle.kts",
            "shapes.main.kts",
            "src/main/java/org/example/shapes/ShapesApplication.java")) {
      assertThat(guide).contains("\n" + read(example.resolve(file)).strip() + "\n```");
    }
  }

  @Test
  void namesTheVersionThatIsBuilt() {
    String pom = read(ROOT.resolve("pom.xml"));
    String version = pom.replaceAll("(?s).*<revision>(.*?)</revision>.*", "$1");
    for (Path page : pages()) {
      List<String> snippets = new ArrayList<>(blocks(CODE, page));
      snippets.addAll(blocks(XML, page));
      assertThat(snippets)
          .allSatisfy(
              snippet ->
                  assertThat(VERSION.matcher(snippet).results().map(match -> match.group(1)))
                      .as(page + ": " + snippet)
                      .allMatch(version::equals));
    }
  }

  @Test
  void namesTheNativeLibrariesThatTheEnginesTake() {
    String pom = read(ROOT.resolve("pom.xml"));
    String guide = read(ROOT.resolve("docs/guide/build.md"));
    for (String engine : List.of("tensorflow", "pytorch", "mxnet")) {
      String version = "(?s).*<" + engine + "\\.native\\.version>(.*?)<.*";
      String row =
          guide
              .lines()
              .filter(line -> line.contains(pom.replaceAll(version, ":$1`")))
              .findFirst()
              .orElseThrow();
      String engineProfiles = read(ROOT.resolve("engines/" + engine + "/pom.xml"));
      assertThat(
              Pattern.compile("<classifier>(.*?)</classifier>").matcher(engineProfiles).results())
          .isNotEmpty()
          .allMatch(classifier -> row.contains("`" + classifier.group(1) + "`"));
    }
  }

  /** The guide on configuration shows this method's body; tests of core run the like. */
  static void resumable(Trainer trainer, Dataset images) {
    trainer.fit(
        images,
        fit ->
            fit.epochs(20)
                .callbacks(
                    BackupAndRestore.to(Path.of("run", "checkpoint.safetensors")).everySteps(500)));
  }

  /** The guide on training shows this method's body; tests of core run the like. */
  static void printed(Trainer trainer, Dataset train) {
    trainer.fit(train, fit -> fit.epochs(10).output(System.out));
  }

  /** The guide on training shows this method's body; tests of core run the like. */
  static void found(Model model, Dataset train) {
    LearningRateCurve curve =
        LearningRateFinder.of(model, train)
            .range(1e-6, 1)
            .steps(200)
            .config(
                config ->
                    config
                        .optimizer(Sgd.of(0.1).momentum(0.9))
                        .loss(Losses.categoricalCrossentropy()))
            .fit(fit -> fit.batchSize(64))
            .run();
    System.out.println(curve.suggestion());
  }
}
