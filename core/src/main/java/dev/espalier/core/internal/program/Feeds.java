package dev.espalier.core.internal.program;

/** Names of what goes into a program and comes out of it. */
public final class Feeds {
  /** Pixels, uint8 {@code [batch, height, width, channels]}. */
  public static final String IMAGE = "image";

  /**
   * Class indices, int32 {@code [batch]}, or float32 {@code [batch, ...]}: how much of each class
   * each sample is, or numbers. Of several outputs the name follows.
   */
  public static final String LABEL = "label";

  /** How much each sample counts, float32 {@code [batch]}. */
  public static final String SAMPLE_WEIGHT = "sample_weight";

  /** The learning rate of the step, a float32 number. */
  public static final String LEARNING_RATE = "learning_rate";

  /** What the model or layer gives, for each sample. Of several outputs the name follows. */
  public static final String OUTPUT = "output";

  private Feeds() {}

  /**
   * Returns the name of what is fed to an input beside the images, {@code [batch, ...]} of the data
   * type of the input.
   */
  public static String input(String name) {
    return "input/" + name;
  }

  /** Returns the name of the learning rate of another optimizer of the step. */
  static String learningRate(String optimizer) {
    return LEARNING_RATE + "/" + optimizer;
  }

  /** Returns the name of the gradient of a variable. */
  public static String gradient(String variable) {
    return "gradient/" + variable;
  }
}
