package dev.espalier.core.internal.program;

/** The names of program inputs and outputs. */
public final class Feeds {
  /** Pixels, uint8 {@code [batch, height, width, channels]}. */
  public static final String IMAGE = "image";

  /**
   * Class indices, int32 {@code [batch]}, or class probabilities or regression values, float32
   * {@code [batch, ...]}. With several outputs, followed by the name of the output.
   */
  public static final String LABEL = "label";

  /** Sample weights, float32 {@code [batch]}. */
  public static final String SAMPLE_WEIGHT = "sample_weight";

  /** The learning rate of the step, a float32 scalar. */
  public static final String LEARNING_RATE = "learning_rate";

  /**
   * The output of the model or layer for each sample. With several outputs, followed by the name of
   * the output.
   */
  public static final String OUTPUT = "output";

  /**
   * The output of a layer for each sample that was computed before, float32 {@code [batch, ...]}.
   */
  public static final String FEATURES = "features";

  private static final String INPUT = "input/";

  private Feeds() {}

  /**
   * Returns the name of the feed for an input other than the images, {@code [batch, ...]} in the
   * data type of the input.
   */
  public static String input(String name) {
    return INPUT + name;
  }

  /** Returns whether a feed is what a model takes of a sample: its image or another value. */
  public static boolean ofSample(String feed) {
    return feed.equals(IMAGE) || feed.startsWith(INPUT);
  }

  /** Returns the name of the learning rate of an additional optimizer of the step. */
  static String learningRate(String optimizer) {
    return LEARNING_RATE + "/" + optimizer;
  }

  /** Returns the name of the gradient of a variable. */
  public static String gradient(String variable) {
    return "gradient/" + variable;
  }
}
