package org.example.eca;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.model.Model;
import dev.espalier.testkit.model.ModelStorage;
import java.nio.file.Path;

/** Model files with the layers of every plugin on the class path. */
interface ModelFiles extends ModelStorage {
  @Override
  default Model saveAndRead(Model model, Path file) {
    ModelFile.save(file, model);
    return ModelFile.read(file, PluginRegistry.discover()).model();
  }
}
