package dev.espalier.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.testkit.golden.SharedData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names in files cannot act on a terminal or look like lines of ours. */
class PrintableOutputTest {
  private static final String ESCAPE = "cat\u001b[2J\u001b]0;title\u0007";
  private static final String LINES = "dog\nerror: the disk is full [ESP-702]";
  private static final String TURNED = "\u202egpj.exe\u009b1m";

  @TempDir Path folder;

  private static void assertPrintable(CommandRun run) {
    for (String text : List.of(run.out(), run.err())) {
      assertThat(
              text.replace(System.lineSeparator() + "\tat ", "")
                  .replace(System.lineSeparator(), ""))
          .matches("(?U)[^\\p{Cntrl}\\p{IsCf}\u2028\u2029]*");
      assertThat(text.lines()).noneMatch(line -> line.startsWith("error: the disk"));
    }
  }

  private Path picture(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, file.toString().hashCode());
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Path data() throws IOException {
    Path data = folder.resolve("data\u001b[31m");
    for (String name : List.of(ESCAPE, LINES, TURNED)) {
      for (int i = 0; i < 3; i++) {
        picture(data.resolve(name).resolve(i + "\u001b[0m\n.png"));
      }
    }
    return data;
  }

  @Test
  void describePrintsNamesOfFoldersAndFilesEscaped() throws IOException {
    CommandRun run = CommandRun.of("describe", "--dataset", "image-folder", "--data", data());
    assertPrintable(run);
    assertThat(run.out())
        .contains("cat\\u001b[2J\\u001b]0;title\\u0007")
        .contains("dog\\nerror: the disk is full [ESP-702]")
        .contains("\\u202egpj.exe\\u009b1m");
  }

  @Test
  void jsonOfDescribeIsExact() throws IOException {
    CommandRun run =
        CommandRun.of("describe", "--dataset", "image-folder", "--data", data(), "--json");
    assertPrintable(run);
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(json.getAsJsonArray("classes").asList())
        .extracting(one -> one.getAsJsonObject().get("name").getAsString())
        .containsExactlyInAnyOrder(ESCAPE, LINES, TURNED);
  }

  @Test
  void errorsPrintNamesEscaped() throws IOException {
    CommandRun run =
        CommandRun.of(
            "describe", "--dataset", "image-folder", "--data", data(), "--set", "data.classes=x");
    assertPrintable(run);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("dog\\nerror: the disk is full");
  }

  @Test
  void argumentsThatAreNoCommandArePrintedEscaped() {
    assertPrintable(CommandRun.of("a\u001b[2J\nerror: the disk"));
    assertPrintable(CommandRun.of("train", "--a\u001b[2J\nerror: the disk"));
    assertPrintable(CommandRun.of("train", "--epochs", "a\u001b[2J\nerror: the disk"));
  }

  @Test
  void aStackTraceIsPrintable() throws IOException {
    assertPrintable(
        CommandRun.of(
            "--stacktrace",
            "describe",
            "--dataset",
            "image-folder",
            "--data",
            data(),
            "--set",
            "data.classes=x"));
  }

  @Tag("native")
  @Test
  void predictPrintsClassesAndFilesEscapedAndJsonExact() throws IOException {
    Path model = SharedData.path("cases/hostile/esc-class-names.safetensors");
    Path picture = picture(folder.resolve("a\u001b[31m\nb.png"));
    Path missing = folder.resolve("b\u001b[31m\nb.png");

    CommandRun table = CommandRun.of("predict", "--model", model, picture, missing);
    assertPrintable(table);
    assertThat(table.out()).contains("a\\u001b[31m\\nb.png").containsPattern("\\\\u001b.* %");
    assertThat(table.err()).contains("b\\u001b[31m\\nb.png");

    CommandRun json = CommandRun.of("predict", "--model", model, "--json", picture);
    assertPrintable(json);
    JsonObject first = JsonParser.parseString(json.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertThat(first.get("image").getAsString()).isEqualTo(picture.toString());
    assertThat(first.getAsJsonArray("classes").asList())
        .extracting(one -> one.getAsJsonObject().get("class").getAsString())
        .anyMatch(name -> name.contains("\u001b"));
  }

  @Test
  void textOfSeveralLinesKeepsThemAndALineDoesNotBecomeTwo() {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintableWriter(text);
    writer.print("a\nb\u001b");
    writer.print('\u009b');
    writer.println("c\nd");
    writer.println(Path.of("e\nf"));
    writer.printf("%s%n", "\u202e");
    String end = System.lineSeparator();
    assertThat(text).hasToString("a\nb\\u001b\\u009bc\\nd" + end + "e\\nf" + end + "\\u202e" + end);
  }

  @Test
  void aCommandIsShownSoThatAShellReadsItAgain() {
    assertThat(CommandText.quoted("a'b c")).isEqualTo("'a'\\''b c'");
    assertThat(CommandText.quoted("a\u001b\n\\'")).isEqualTo("$'a\\u001b\\n\\\\\\''");
  }
}
