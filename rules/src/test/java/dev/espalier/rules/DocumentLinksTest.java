package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every relative link of a document leads to a file that is there, and to a heading in it. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern FENCE = Pattern.compile("(?ms)^( *)```.*?^\\1```");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  static List<Path> documents() {
    return DocumentSnippetsTest.files(ROOT, file -> file.toString().endsWith(".md"));
  }

  private static String withoutCode(Path document) throws IOException {
    return FENCE.matcher(Files.readString(document)).replaceAll("");
  }

  /** Returns the anchors that hosts of repositories and the site make of the headings. */
  static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (MatchResult heading : HEADING.matcher(withoutCode(document)).results().toList()) {
      String anchor =
          heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(withoutCode(document)).results().toList()) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      String[] parts = target.split("#", 2);
      Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
      if (!Files.exists(file) || (parts.length == 2 && !anchors(file).contains(parts[1]))) {
        broken.add(target);
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Or the site is not built. */
  @ParameterizedTest
  @ValueSource(strings = {"", "guide/"})
  void everyPageIsInTheSidebarOfTheSite(String folder) throws IOException {
    String sidebar = Files.readString(ROOT.resolve("docs/.vitepress/config.mts"));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs").resolve(folder))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".md") && !name.equals("index.md"))
          .hasSizeGreaterThan(3)
          .allSatisfy(
              name -> assertThat(sidebar).contains("'" + folder + name.replace(".md", "'")));
    }
  }

  @Test
  void everyErrorCodeHasAnAnchor() throws IOException {
    Set<String> anchors = anchors(ROOT.resolve("docs/errors.md"));
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(anchors).contains(code.id().toLowerCase(Locale.ROOT));
    }
  }
}
