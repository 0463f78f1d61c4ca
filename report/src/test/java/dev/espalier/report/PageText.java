package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a page as people read it, kept in files. After a wanted change run the tests with
 * {@code -Despalier.updateGoldenFiles=true} and read the difference before committing it.
 */
final class PageText {
  private static final Path FOLDER = Path.of("src/test/resources/dev/espalier/report");

  private PageText() {}

  /** Returns the text of a page, a line for each element, without style, script and images. */
  static String of(String html) {
    return html.substring(html.indexOf("<body>"))
            .replaceAll("(?s)<script>.*?</script>", "")
            .replaceAll("(?s)<svg.*?</svg>", "")
            .replaceAll("</(?:b|code|i|span|th|td|dt)>", "  ")
            .replaceAll("<small>", " ")
            .replaceAll("<(?:b|code|i|span|td|th|dd)(?: [^>]*)?>", "")
            .replaceAll("</small>", "")
            .replaceAll("<[^>]+>", "\n")
            .replaceAll("(?m)^[ \\t]+|[ \\t]+$", "")
            .replaceAll("\\n{2,}", "\n")
            .strip()
        + "\n";
  }

  /** Returns a page without its style and script. */
  static String body(String html) {
    return html.substring(html.indexOf("<body>"), html.indexOf("<script>"));
  }

  static void assertMatches(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("espalier.updateGoldenFiles")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
