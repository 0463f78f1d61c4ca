package dev.espalier.loss;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.function.Consumer;

/**
 * Binary focal cross-entropy (Lin and others, 2017), in Keras' form: {@link BinaryCrossentropy} of
 * each output times {@code (1 - q)^gamma}, where q is the probability given to the true label, so
 * that outputs that are right already count less. Targets and predictions are float32 {@code
 * [batch, n]}; the outputs are independent of one another. Immutable and thread-safe.
 *
 * @param applyClassBalancing whether to multiply the loss of positive labels by alpha and that of
 *     negative labels by 1 - alpha
 * @param alpha weight of positive labels, from 0 to 1
 * @param gamma focusing parameter, 0 or more; 0 is plain cross-entropy
 * @param fromLogits whether predictions that do not come from a sigmoid or softmax are logits
 *     rather than probabilities
 * @param labelSmoothing label smoothing from 0 to 1: {@code t * (1 - labelSmoothing) +
 *     labelSmoothing / 2} replaces the target t
 */
public record BinaryFocalCrossentropy(
    boolean applyClassBalancing,
    double alpha,
    double gamma,
    boolean fromLogits,
    double labelSmoothing)
    implements Loss {
  /** Checks the ranges. */
  public BinaryFocalCrossentropy {
    Focal.requireAlpha(alpha);
    Focal.requireGamma(gamma);
    CrossEntropy.checkSmoothing(labelSmoothing);
  }

  /** Returns this loss with or without weights of positive and negative labels. */
  public BinaryFocalCrossentropy applyClassBalancing(boolean value) {
    return with(changed -> changed.applyClassBalancing = value);
  }

  /** Returns this loss with another weight of positive labels, for class balancing. */
  public BinaryFocalCrossentropy alpha(double value) {
    return with(changed -> changed.alpha = value);
  }

  /** Returns this loss with another focusing parameter. */
  public BinaryFocalCrossentropy gamma(double value) {
    return with(changed -> changed.gamma = value);
  }

  /** Returns this loss for logits or probabilities. */
  public BinaryFocalCrossentropy fromLogits(boolean value) {
    return with(changed -> changed.fromLogits = value);
  }

  /** Returns this loss with another label smoothing. */
  public BinaryFocalCrossentropy labelSmoothing(double value) {
    return with(changed -> changed.labelSmoothing = value);
  }

  @Override
  public String name() {
    return "binary-focal-crossentropy";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor known = Targets.numbers(ops, name(), target, prediction);
    Tensor wanted = CrossEntropy.smoothed(ops, known, labelSmoothing, 0.5);
    Tensor loss = CrossEntropy.binary(ops, wanted, prediction, fromLogits);
    boolean logits = fromLogits && ops.logitsOf(prediction) == null;
    Tensor p = logits ? ops.sigmoid(prediction) : prediction;
    Tensor focused = ops.multiply(loss, Focal.factor(ops, mixed(ops, wanted, p), gamma));
    if (applyClassBalancing) {
      focused = ops.multiply(focused, mixed(ops, wanted, ops.constant(alpha)));
    }
    return Targets.meanOfSamples(ops, focused);
  }

  /** Returns t * x + (1 - t) * (1 - x). */
  private static Tensor mixed(Ops ops, Tensor t, Tensor x) {
    Tensor no = ops.multiply(CrossEntropy.complement(ops, t), CrossEntropy.complement(ops, x));
    return ops.add(ops.multiply(t, x), no);
  }

  private BinaryFocalCrossentropy with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toLoss();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private boolean applyClassBalancing;
    private double alpha;
    private double gamma;
    private boolean fromLogits;
    private double labelSmoothing;

    Settings(BinaryFocalCrossentropy loss) {
      applyClassBalancing = loss.applyClassBalancing;
      alpha = loss.alpha;
      gamma = loss.gamma;
      fromLogits = loss.fromLogits;
      labelSmoothing = loss.labelSmoothing;
    }

    BinaryFocalCrossentropy toLoss() {
      return new BinaryFocalCrossentropy(
          applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing);
    }
  }
}
