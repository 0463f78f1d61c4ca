package dev.espalier.cli.bundled;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.model.Model;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.testkit.model.ModelContract;
import java.nio.file.Path;

class NarrowEfficientNetTest extends ModelContract {
  @Override
  protected ModelProvider provider() {
    return new NarrowEfficientNet();
  }

  @Override
  protected ModelRequest request() {
    return super.request().withImageSize(32);
  }

  @Override
  public Model saveAndRead(Model model, Path file) {
    ModelFile.save(file, model);
    return ModelFile.read(file, PluginRegistry.discover()).model();
  }
}
