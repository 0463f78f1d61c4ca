package org.example.eca;

import dev.espalier.plugin.ModelProvider;
import dev.espalier.testkit.model.ModelContract;

class EcaNetTest extends ModelContract implements ModelFiles {
  @Override
  protected ModelProvider provider() {
    return new EcaNet();
  }
}
