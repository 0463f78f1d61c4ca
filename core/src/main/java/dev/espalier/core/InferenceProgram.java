package dev.espalier.core;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Program;
import dev.espalier.model.Model;

/**
 * The program that computes the outputs of a model: what engines run to predict, and what exporters
 * write.
 */
public final class InferenceProgram {
  /** The name of the input that takes the images. */
  public static final String IMAGE = Feeds.IMAGE;

  private InferenceProgram() {}

  /**
   * Returns the program of a model, after optimization: batch normalizations that follow a
   * convolution are folded into it, and nothing is computed that no output needs.
   *
   * <p>It takes images as {@link #IMAGE}, uint8 {@code [batch, height, width, channels]} in the
   * size of the model's input, and gives {@code output}, or {@code output/NAME} for each output of
   * a model with several.
   *
   * @throws EspalierException {@code INVALID_MODEL} if the model takes no images
   */
  public static Program of(Model model) {
    return new ProgramBuilder(model, ProgramBuilder.inputSize(model)).predict().program();
  }
}
