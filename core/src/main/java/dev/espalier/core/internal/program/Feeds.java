package dev.espalier.core.internal.program;

/** Names of what goes into a program and comes out of it. */
public final class Feeds {
  /** Pixels, uint8 {@code [batch, height, width, channels]}. */
  public static final String IMAGE = "image";

  /**
   * Class indices, int32 {@code [batch]}, or how much of each class each sample is, float32 {@code
   * [batch, classes]}.
   */
  public static final String LABEL = "label";

  /** The learning rate of the step, a float32 number. */
  public static final String LEARNING_RATE = "learning_rate";

  /** The sum of the losses of the samples of a batch. */
  public static final String LOSS = "loss";

  /** What the model or layer gives, for each sample. */
  public static final String OUTPUT = "output";

  private Feeds() {}

  /** Returns the name of the sum of a metric over the samples of a batch. */
  public static String metric(String name) {
    return "metric/" + name;
  }
}
