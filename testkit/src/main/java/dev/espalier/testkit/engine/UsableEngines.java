package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.plugin.Plugin;
import java.util.List;
import java.util.ServiceLoader;

/** The engines on the class path of the tests that can train. */
public final class UsableEngines {
  private UsableEngines() {}

  /** Returns the engines that train and work on this machine; fails the test if there are none. */
  public static List<EngineProvider> find() {
    List<EngineProvider> found =
        ServiceLoader.load(Plugin.class).stream()
            .flatMap(plugin -> plugin.get().engines().stream())
            .filter(engine -> engine.purposes().contains(EnginePurpose.TRAINING))
            .filter(engine -> engine.probe(EngineOptions.defaults()).usable())
            .toList();
    assertThat(found)
        .as(
            "engines on the class path of the tests; add one in test scope, such as"
                + " dev.espalier:espalier-engine-tensorflow")
        .isNotEmpty();
    return found;
  }
}
