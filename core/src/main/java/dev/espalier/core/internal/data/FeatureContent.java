package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of features contains. Immutable.
 *
 * @param shape of the features of one sample
 * @param targets names under which class indices are fed
 * @param classWeights weight of each class by label, or null
 */
public record FeatureContent(
    FeatureDataset dataset,
    Shape shape,
    List<String> targets,
    @SuppressWarnings("ArrayRecordComponent") double @Nullable [] classWeights)
    implements BatchSource {
  /** Copies the collections. */
  public FeatureContent {
    targets = List.copyOf(targets);
    classWeights = classWeights == null ? null : classWeights.clone();
  }

  @Override
  public Batch assemble(int[] indices, long epoch, int step, BooleanSupplier cancelled) {
    int[] labels = new int[indices.length];
    float[] weights = new float[indices.length];
    for (int i = 0; i < indices.length; i++) {
      labels[i] = dataset.label(indices[i]);
      double ofClass = classWeights == null ? 1 : classWeights[labels[i]];
      weights[i] = (float) (ofClass * dataset.weight(indices[i]));
    }
    Map<String, HostArray> feeds = new HashMap<>();
    feeds.put(Feeds.FEATURES, dataset.features(indices).reshape(shape.withBatch(indices.length)));
    targets.forEach(name -> feeds.put(name, HostArray.wrapInts(Shape.of(labels.length), labels)));
    feeds.put(Feeds.SAMPLE_WEIGHT, HostArray.wrap(Shape.of(weights.length), weights));
    return new Batch(feeds, indices.length, () -> {});
  }
}
