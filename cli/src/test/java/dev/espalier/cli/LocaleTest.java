package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes in locales without UTF-8, where Java cannot read all names of files. */
@EnabledOnOs(
    value = OS.LINUX,
    disabledReason = "elsewhere, names of files do not depend on the locale")
class LocaleTest {
  private static final int SECONDS = 300;

  /**
   * What the names were given as, in the escapes of printf, whatever the locale of this test is.
   */
  private static final String ALL = "\\303\\244 \\303\\266 dog";

  @TempDir Path folder;

  record Result(int exitCode, String output) {}

  private Result run(Map<String, String> locale, Path place, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(place.toFile());
    Path output = Files.createTempFile(folder, "output", ".txt");
    builder.redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    environment.putAll(locale);
    environment.put("HOME", folder.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    // In whatever encoding; only what is ASCII in all of them is looked at.
    return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
  }

  private Result espalier(Map<String, String> locale, Path place, String... arguments)
      throws IOException, InterruptedException {
    return run(locale, place, JavaCommand.espalier(arguments));
  }

  /** Runs a script whose arguments start the command, for what this JVM cannot write. */
  private Result inShell(String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(JavaCommand.espalier());
    return run(Map.of("LC_ALL", "C"), folder, command);
  }

  /** Makes names that this JVM need not be able to write. */
  private void shell(String script) throws IOException, InterruptedException {
    Result result = run(Map.of(), folder, List.of("sh", "-ec", script));
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @BeforeEach
  void makeClasses() throws IOException, InterruptedException {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", folder.resolve("a.png").toFile());
    shell(
        "mkdir pets; for octal in "
            + ALL.replace("\\", "\\\\")
            + "; do name=$(printf \"$octal\"); mkdir \"pets/$name\"; cp a.png \"pets/$name/\"; done");
  }

  @Test
  void namesOfClassesAreReadInUtf8() throws IOException, InterruptedException {
    Result result = describePets(Map.of("LC_ALL", "C.UTF-8"));
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("\"dog\"").contains("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "not_THERE.UTF-8"})
  void namesOfClassesThatCannotBeReadAreRefused(String locale)
      throws IOException, InterruptedException {
    Result result = describePets(Map.of("LC_ALL", locale));
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.output())
        .contains("[ESP-701]")
        .contains("which is the encoding of this process")
        .contains("LC_ALL to C.UTF-8");
  }

  /** Makes a locale that systems rarely have, and returns what selects it. */
  private Map<String, String> oneByteLocale() throws IOException, InterruptedException {
    Path locales = Files.createDirectory(folder.resolve("locales"));
    String name = "en_US.ISO-8859-1";
    try {
      run(
          Map.of(),
          locales,
          List.of(
              "localedef", "-i", "en_US", "-f", "ISO-8859-1", locales.resolve(name).toString()));
    } catch (IOException e) {
      Assumptions.abort("this system cannot make locales: " + e);
    }
    Assumptions.assumeTrue(
        Files.exists(locales.resolve(name)), "this system has no definition of " + name);
    return Map.of("LC_ALL", name, "LOCPATH", locales.toString());
  }

  private Result describePets(Map<String, String> locale) throws IOException, InterruptedException {
    return espalier(
        locale, folder, "describe", "--dataset", "image-folder", "--data", "pets", "--json");
  }

  /** An encoding of one byte knows every byte, so that names in UTF-8 come out as others. */
  @Test
  void namesOfClassesAreReadInAnEncodingOfOneByteUnlessTheyAreUtf8()
      throws IOException, InterruptedException {
    Map<String, String> locale = oneByteLocale();
    Result misread = describePets(locale);
    assertThat(misread.exitCode()).as(misread.output()).isEqualTo(2);
    assertThat(misread.output())
        .contains("is UTF-8, but the encoding of this process is ISO-8859-1")
        .contains("LC_ALL to C.UTF-8");

    shell(
        "rm -r pets/*; for class in dog $(printf '\\344');"
            + " do mkdir pets/$class; cp a.png pets/$class; done");
    Result read = describePets(locale);
    assertThat(read.exitCode()).as(read.output()).isZero();
    assertThat(read.output()).contains("\"dog\"", "\"\u00e4\"");
  }

  @Test
  void aPathInATableThatCannotBeReadIsRefused() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("pets.csv"), "path,label\n\u00e4.png,cat\n\u00f6.png,dog\n");
    Result result =
        espalier(
            Map.of("LC_ALL", "C"),
            folder,
            "describe",
            "--dataset",
            "manifest",
            "--data",
            "pets.csv");
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.output()).contains("[ESP-701]").contains("LC_ALL to C.UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--data=pets/\u00e4", "--set=data.location=pets/\u00e4"})
  void aPathOnTheCommandLineThatCannotBeReadIsRefused(String argument)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("arguments"), argument, StandardCharsets.UTF_8);
    Result result = inShell("exec \"$@\" describe --dataset image-folder \"$(cat arguments)\"");
    assertThat(result.exitCode()).as(result.output()).isNotZero();
    assertThat(result.output())
        .contains("LC_ALL to C.UTF-8")
        .doesNotContain("Something went wrong");
  }

  @Test
  void aWorkingFolderThatCannotBeReadFailsNothing() throws IOException, InterruptedException {
    shell("mkdir \"$(printf '\\303\\274')\"");
    shell("for class in cat dog; do mkdir -p good/$class; cp a.png good/$class; done");
    for (String command :
        List.of(
            "describe --dataset image-folder --data " + folder.resolve("good"),
            "plugin list",
            "config show",
            "doctor --no-open",
            "--help")) {
      Result result = inShell("cd \"$(printf '\\303\\274')\" && exec \"$@\" " + command);
      assertThat(result.output())
          .as(command)
          .startsWith("warning: relative paths do not work here. The path \"")
          .doesNotContain("failed while it listed")
          .doesNotContain("Something went wrong")
          .doesNotContain("Exception");
      assertThat(result.exitCode()).as(command + "\n" + result.output()).isZero();
    }
  }
}
