package dev.espalier.callbacks;

import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.util.Map;

/** Weights that tell which epoch they are of. */
final class EpochWeights {
  private EpochWeights() {}

  static Weights of(int epoch) {
    return Weights.of(Map.of("w", HostArray.scalar((float) epoch)));
  }

  static int epoch(Weights weights) {
    return (int) weights.get("w").item();
  }
}
