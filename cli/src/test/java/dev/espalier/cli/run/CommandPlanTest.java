package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.optimizer.Sgd;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.ModelProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandPlanTest {
  private static Setting set(String name, String text) {
    return new Setting(name, text, Origin.program());
  }

  @Test
  void workersLeaveOutThePluginsThatTheCommandLeavesOut() {
    Configuration configuration =
        Configuration.of(
            PluginRegistry.discover(),
            sources ->
                sources.settings(
                    List.of(
                        set(RunSettings.EXCLUDED_PLUGINS.name(), "resnet, convnext"),
                        set(RunSettings.OPTIMIZER.name() + ".name", "sgd"))));
    CommandPlan plan =
        CommandPlan.of(
            configuration,
            configuration.toFile("tensorflow"),
            configuration.get(RunSettings.OPTIMIZER),
            List.of());
    assertThat(configuration.get(RunSettings.OPTIMIZER)).isInstanceOf(Sgd.class);
    assertThat(plan.registry().models())
        .extracting(ModelProvider::name)
        .contains("efficientnet-b0")
        .noneMatch(name -> name.startsWith("resnet") || name.startsWith("convnext"));
  }
}
