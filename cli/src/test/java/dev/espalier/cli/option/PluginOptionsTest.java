package dev.espalier.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.option.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginOptionsTest {
  @TempDir Path folder;

  /** Without them the file of a run would not find its components again. */
  @Test
  void whatWasChosenOnTheCommandLineIsToldForTheRecordOfARun() {
    try (PluginOptions options = new PluginOptions()) {
      options.folder = folder;
      options.excluded = List.of("augment");
      assertThat(options.registry(null, Map.of()).augmentations().all()).isEmpty();
      assertThat(options.settings().stream().map(Setting::name))
          .containsExactly("plugins.folder", "plugins.exclude");
      assertThat(options.settings().stream().map(Setting::text))
          .containsExactly(folder.toString(), "augment");
    }
  }
}
