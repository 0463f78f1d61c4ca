package dev.espalier.cli.option;

import dev.espalier.cli.plugin.InstalledPlugins;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ModelProvider;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The names listed in help texts. They are looked up when the help is shown, not before. */
public final class Names {
  private Names() {}

  /**
   * Returns no names if plugins conflict, because help must not fail. Reads no configuration file.
   */
  private static Iterator<String> sorted(Function<PluginRegistry, Stream<String>> names) {
    try (InstalledPlugins plugins =
        InstalledPlugins.of(InstalledPlugins.folderOf(System.getenv()), List.of())) {
      return names.apply(plugins.registry()).sorted().toList().iterator();
    } catch (EspalierException e) {
      return Collections.emptyIterator();
    }
  }

  static final class Models implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return sorted(registry -> registry.models().stream().map(ModelProvider::name));
    }
  }

  static final class Datasets implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return sorted(registry -> registry.datasets().stream().map(DatasetProvider::name));
    }
  }

  static final class Engines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return sorted(registry -> registry.engines().stream().map(EngineProvider::name));
    }
  }
}
