package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;
import java.util.ServiceLoader;

/** The engines that the tests' class path brings. */
public final class UsableEngines {
  private UsableEngines() {}

  /** Returns those that can be used here; fails the test if there is none. */
  public static List<EngineProvider> find() {
    List<EngineProvider> found =
        ServiceLoader.load(Plugin.class).stream()
            .flatMap(plugin -> plugin.get().engines().stream())
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
