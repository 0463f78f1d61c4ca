package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.hocon.HoconLimits;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is damaged or made on purpose ends in an error, not in the end of memory or stack. */
class ConfigurationLimitsTest {
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Configuration read(Path file) {
    return Configuration.of(PluginRegistry.builder().build(), sources -> sources.file(file));
  }

  private Configuration read(String text) throws IOException {
    return read(write("test.conf", text));
  }

  private ThrowableAssertAlternative<EspalierException> refused(String text) throws IOException {
    return refused(write("test.conf", text));
  }

  private static ThrowableAssertAlternative<EspalierException> refused(Path file) {
    return assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"conf-billion-laughs.conf", "conf-deep-5000.conf", "conf-include-url.conf"})
  void hostileFilesAreRefused(String name) {
    refused(SharedData.path("cases/hostile/" + name)).withMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "espalier { a = %s1%s }|[|]",
        "espalier %s1%s|{a=|}",
        "espalier.a = 1, %sb = 1%s|a.|",
        "espalier { a = \"\"\"x\"\"\"\"\", b = %s1%s }|[|]",
        "espalier { a = \"\\\"{\", b = %s1%s }|[|]",
        "espalier { # {\n b = %s1%s }|[|]",
        "espalier { a = ${%sa%s} }|a.|"
      })
  void depthIsBounded(String pattern) throws IOException {
    String[] parts = pattern.split("\\|", -1);
    String text = parts[0].formatted(parts[1].repeat(10_000), parts[2].repeat(10_000));
    refused(text).withMessageContaining("more than 100 levels inside of one another");
  }

  @Test
  void textThatOnlyLooksDeepIsNotRefused() throws IOException {
    String brackets = "[".repeat(1000);
    assertThat(
            read("espalier {\n# "
                    + brackets
                    + "\n// "
                    + brackets
                    + "\n fine-tuning.recipe = \"\"\"a \" "
                    + brackets
                    + "\"\"\"\n data.location = \""
                    + brackets
                    + "\"\n}")
                .settings())
        .extracting(Setting::text)
        .contains(brackets);
  }

  /** Each would need terabytes when it is filled in. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x%1$d = ${x%2$d}${x%2$d}",
        "x%1$d = [${x%2$d}, ${x%2$d}]",
        "x%1$d { a = ${x%2$d}, b = ${x%2$d} }",
        "x%1$d = ${x%2$d} [${x%2$d}] ${x%2$d}"
      })
  void growthBySubstitutionsIsBounded(String line) throws IOException {
    String first =
        line.contains("[") ? "x0 = [1]" : line.contains("{ a") ? "x0 { c = 1 }" : "x0 = abc";
    refused(first + "\n" + lines(40, i -> line.formatted(i + 1, i)) + "\nespalier.a = ${x40}")
        .withMessageContaining("by its substitutions");
  }

  @Test
  void growthOfAValueOutOfItselfIsBounded() throws IOException {
    refused("espalier { a = abc\n" + lines(40, i -> "a = ${espalier.a}${espalier.a}") + "\n}")
        .withMessageContaining("by its substitutions");
  }

  @Test
  void theNumberOfTimesThatAValueIsExtendedIsBounded() throws IOException {
    refused("espalier { a = [x]\n" + lines(150, i -> "a += y") + "\n}")
        .withMessageContaining("more than 100 levels");
  }

  @Test
  void theNumberOfSubstitutionsIsBounded() throws IOException {
    refused("espalier { b = 1\n" + lines(201, i -> "a" + i + " = ${espalier.b}") + "\n}")
        .withMessageContaining("more than 200 substitutions");
  }

  @Test
  void substitutionsInACircleAreRefused() throws IOException {
    refused(
            "espalier { a = x, b = y\n"
                + lines(40, i -> "a = ${espalier.b}${espalier.b}\nb = ${espalier.a}${espalier.a}")
                + "}")
        .withMessageContaining("in a circle");
  }

  @Test
  void aRowOfSubstitutionsIsBounded() throws IOException {
    refused("x0 = 1\n" + lines(150, i -> "x" + (i + 1) + " = ${x" + i + "}") + "\nespalier {}")
        .withMessageContaining("more than 100 levels");
  }

  @Test
  void substitutionsThatPeopleWriteWork() throws IOException {
    Configuration configuration =
        read(
            """
            espalier {
              training { epochs = 3, batch-size = ${espalier.training.epochs} }
              fine-tuning { epochs = ${espalier.training.epochs}, epochs = ${?NOT_SET_ANYWHERE} }
              engine-order = [a]
              engine-order = ${espalier.engine-order} [b]
              data.location = data
              data.location = ${espalier.data.location}/pets
              output.folder = ${espalier.data.location}/runs
            }
            espalier.engine-order = []
            """);
    assertThat(configuration.get(RunSettings.BATCH_SIZE)).isEqualTo(3);
    assertThat(configuration.get(RunSettings.FINE_TUNING_EPOCHS)).isEqualTo(3);
    assertThat(configuration.get(RunSettings.OUTPUT_FOLDER)).isEqualTo(Path.of("data/pets/runs"));
  }

  @Test
  void sizeIsBounded() throws IOException {
    refused("espalier { } #" + "x".repeat(HoconLimits.BYTES))
        .withMessageContaining("is larger than 64 KiB");
  }

  @Test
  void whatIsIncludedCountsToo() throws IOException {
    write("half.conf", "#" + "x".repeat(HoconLimits.BYTES / 2));
    refused("include \"half\"\ninclude \"half\"\nespalier {}")
        .withMessageContaining("larger than 64 KiB");
  }

  @Test
  void aFileThatIncludesItselfIsRefused() throws IOException {
    refused("include \"test.conf\"\nespalier {}").withMessageContaining("in a row of files");
    write("other.conf", "include \"test\"");
    refused("a { include \"other\" }\nespalier {}").withMessageContaining("in a row of files");
    refused(lines(2, i -> "include file(\"test.conf\")"))
        .withMessageContaining("in a row of files");
  }

  @Test
  void theNumberOfIncludedFilesIsBounded() throws IOException {
    write("empty.conf", "");
    refused(lines(101, i -> "include \"empty\"")).withMessageContaining("more than 100 files");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"http://127.0.0.1:9/x.conf\")",
        "include url(\"file:///etc/hostname\")",
        "include required(url(\"http://127.0.0.1:9/x.conf\"))",
        "include \"http://127.0.0.1:9/x.conf\"",
        "include \"file:/etc/hostname\"",
        "include \"jar:file:/x.jar!/y\"",
        "include classpath(\"reference.conf\")",
        "include required(classpath(\"reference.conf\"))",
        "espalier { include url(\"http://127.0.0.1:9/x.conf\") }"
      })
  void onlyFilesAreIncluded(String include) throws IOException {
    refused(include).withMessageContaining("Only files can be included");
    write("inner.conf", include);
    write("middle.conf", "include \"inner\"");
    refused("espalier { training { include \"middle\" } }")
        .withMessageContaining("Only files can be included")
        .withMessageContaining("inner.conf");
  }

  @Test
  void filesAreIncludedFromTheFolderOfTheFileThatSaysSo() throws IOException {
    Files.createDirectories(folder.resolve("team/more"));
    write("team/more/last.json", "{\"espalier\": {\"threads\": 4}}");
    write("team/team.conf", "include file(\"more/last.json\")\nespalier.training.epochs = 7");
    Configuration configuration =
        read("include \"team/team\"\ninclude \"not-there\"\nespalier.training.seed = 3");
    assertThat(configuration.get(RunSettings.EPOCHS)).isEqualTo(7);
    assertThat(configuration.setting(RunSettings.EPOCHS))
        .isEqualTo(
            new Setting(
                "training.epochs",
                "7",
                Origin.file(folder.resolve("team/team.conf").toString(), 2)));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read("include required(\"not-there\")"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE))
        .withMessageContaining("requires not-there");
  }

  @Test
  void problemsAndSettingsAreBounded() throws IOException {
    refused("espalier {\n" + lines(1_900, i -> "wrong" + i + " = 1") + "\n}")
        .withMessageContaining("More than 30 settings are wrong")
        .withMessageContaining("wrong29")
        .withMessageNotContaining("wrong31 ");
    refused("espalier {\n" + lines(2_100, i -> "w" + i + " = 1") + "\n}")
        .withMessageContaining("more than 2000 settings");
  }

  /** Dots in quotes are levels as well, which the depth of the text does not show. */
  @Test
  void levelsInQuotedKeysAreBounded() throws IOException {
    String key = "\"" + "a.".repeat(90) + "a\"";
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> read("espalier { " + (key + " { ").repeat(90) + "b = 1" + " }".repeat(91)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("more than 100 levels")
        .withMessageContaining("test.conf, line 1");
  }

  @Test
  void namesOnTheCommandLineAreBounded() {
    String name = "augmentations" + ".0.augmentations".repeat(5_000);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Configuration.of(
                    PluginRegistry.builder().build(),
                    sources ->
                        sources.settings(
                            List.of(new Setting(name, "x", Origin.commandLine("--set"))))))
        .withMessageContaining("more than 100 levels")
        .withMessageContaining("--set");
  }
}
