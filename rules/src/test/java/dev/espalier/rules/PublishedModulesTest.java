package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each module that is published has in its pom, and the bill of materials of all. */
class PublishedModulesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(espalier-[^<]+)</artifactId>\\s*<(?!relativePath)");
  private static final Pattern NAME = Pattern.compile("<module\\.name>([^<]+)</module\\.name>");

  private static String pom(String module) throws IOException {
    return Files.readString(ROOT.resolve(module).resolve("pom.xml"));
  }

  /** Examples, benchmarks and what only the build uses are not published. */
  private static List<String> published() throws IOException {
    return MODULE
        .matcher(Files.readString(ROOT.resolve("pom.xml")))
        .results()
        .map(found -> found.group(1))
        .filter(module -> !module.startsWith("examples/"))
        .filter(module -> !List.of("benchmarks", "bom", "null-checks", "rules").contains(module))
        .toList();
  }

  private static String artifact(String module) throws IOException {
    return ARTIFACT
        .matcher(pom(module).replaceAll("(?s)<parent>.*?</parent>", ""))
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachHasAModuleNameOfItsOwn() throws IOException {
    List<String> names = new ArrayList<>();
    for (String module : published()) {
      String name =
          NAME.matcher(pom(module)).results().map(found -> found.group(1)).findFirst().orElse("");
      assertThat(name).as(module).startsWith("dev.espalier.");
      names.add(name);
    }
    assertThat(names).hasSizeGreaterThan(10).doesNotHaveDuplicates();
  }

  @Test
  void theBillOfMaterialsHasAllOfThem() throws IOException {
    List<String> artifacts = new ArrayList<>();
    for (String module : published()) {
      artifacts.add(artifact(module));
    }
    List<String> listed =
        Pattern.compile("<artifactId>(espalier-[^<]+)</artifactId>\\s*<version>\\$")
            .matcher(pom("bom").replaceAll("(?s)<parent>.*?</parent>", ""))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(artifacts);
  }

  /**
   * A scope that a pom gives a module counts for those that depend on it, too: the command in the
   * jar of the jobs would lack what is there for tests alone.
   */
  @Test
  void noModuleIsMissingFromTheJarOfTheJobs() throws IOException {
    List<String> withScopes =
        Pattern.compile("(?s)<artifactId>(espalier-[^<]+)</artifactId>\\s*<scope>")
            .matcher(pom("examples/spark-job"))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(withScopes).isEmpty();
  }

  /** Two jars with one package could not be modules of one program. */
  @Test
  void noPackageIsInTwoModules() throws IOException {
    List<String> packages = new ArrayList<>();
    for (String module : published()) {
      Path sources = ROOT.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.endsWith("package-info.java"))
            .map(file -> sources.relativize(file.getParent()).toString())
            .forEach(packages::add);
      }
    }
    assertThat(packages).hasSizeGreaterThan(30).doesNotHaveDuplicates();
  }
}
