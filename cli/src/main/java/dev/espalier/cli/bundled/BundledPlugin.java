package dev.espalier.cli.bundled;

import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the model {@code efficientnet-narrow} and the data set {@code glyphs}. */
public final class BundledPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public BundledPlugin() {}

  @Override
  public String id() {
    return "bundled";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ModelProvider> models() {
    return List.of(new NarrowEfficientNet());
  }

  @Override
  public List<DatasetProvider> datasets() {
    return List.of(new GlyphsProvider());
  }
}
