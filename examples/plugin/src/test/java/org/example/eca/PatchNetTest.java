package org.example.eca;

import dev.espalier.plugin.ModelProvider;
import dev.espalier.testkit.model.ModelContract;

class PatchNetTest extends ModelContract implements ModelFiles {
  @Override
  protected ModelProvider provider() {
    return new PatchNet();
  }
}
