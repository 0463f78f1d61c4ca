package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.training.LearningRateMultipliers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateMultipliersConfigurationTest {
  private static final String SETTING = "training.learning-rate-multipliers";

  @TempDir private Path folder;

  private Configuration read(String text, Setting... commandLine) throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), text);
    return Configuration.of(
        PluginRegistry.builder().build(),
        sources -> sources.file(file).settings(List.of(commandLine)));
  }

  private static LearningRateMultipliers multipliers(Configuration configuration) {
    return configuration.trainingConfig().learningRateMultipliers();
  }

  private static Setting typed(String text) {
    return new Setting(SETTING, text, Origin.commandLine("--set"));
  }

  @Test
  void theyAreASectionThatAStrongerOriginReplaces() throws IOException {
    String file = "espalier." + SETTING + " = { \"block1*\" = 0.1, \"base/stem.x\" = 0.05 }";
    LearningRateMultipliers both =
        new LearningRateMultipliers(Map.of("block1*", 0.1, "base/stem.x", 0.05));
    assertThat(multipliers(read(file))).isEqualTo(both);
    assertThat(multipliers(read(file, typed("{ \"head?\" = 2 }"))))
        .isEqualTo(new LearningRateMultipliers(Map.of("head?", 2.0)));
    assertThat(multipliers(read(file, typed("none")))).isEqualTo(LearningRateMultipliers.none());
    assertThat(multipliers(read("espalier {}"))).isEqualTo(LearningRateMultipliers.none());
    // What is recorded of a run repeats it.
    assertThat(multipliers(read(read(file).toFile("auto")))).isEqualTo(both);
  }

  @Test
  void whatIsNoMultiplierIsRefusedWithItsPlace() {
    for (String text :
        List.of("half", "", "{}", "{ a = 0 }", "{ a = -1 }", "{ a = b }", "{ a { b = 1 } }")) {
      assertThatExceptionOfType(EspalierException.class)
          .as(text)
          .isThrownBy(() -> read("espalier." + SETTING + " = \"" + text + "\""))
          .withMessageContaining("The setting " + SETTING + " is ")
          .withMessageContaining("espalier.conf, line 1")
          .withMessageContaining(
              "none, or multipliers above 0 by the names or patterns of layers, such as"
                  + " { \"block1*\" = 0.1 }");
    }
  }
}
