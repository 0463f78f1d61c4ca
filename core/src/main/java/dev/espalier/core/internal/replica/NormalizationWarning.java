package dev.espalier.core.internal.replica;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once of layers that normalize with the samples of one replica. Not thread-safe. */
public final class NormalizationWarning {
  private static final Logger log = LoggerFactory.getLogger(NormalizationWarning.class);

  private final int replicas;
  private final String places;
  private boolean warned;

  /**
   * Creates a warning.
   *
   * @param places what the replicas are on, in the plural
   */
  public NormalizationWarning(int replicas, String places) {
    this.replicas = replicas;
    this.places = places;
  }

  /** Warns of layers, each as {@code name (Type)}, if there are any. */
  public void warn(List<String> layers) {
    if (!layers.isEmpty() && !warned) {
      warned = true;
      log.warn(
          "{}{} in training mode: each of the {} {} normalizes with the mean and variance of its"
              + " own samples, so that the results are not those of one device with the same"
              + " batches. Freeze the batch normalization, or give each of the {} enough samples.",
          layers.get(0),
          layers.size() == 1 ? " is" : " and " + (layers.size() - 1) + " more are",
          replicas,
          places,
          places);
    }
  }
}
