package dev.espalier.core.internal.passes;

import dev.espalier.graph.Program;
import java.util.List;

/** The transformations applied to every program before an engine compiles it. */
public final class Passes {
  // Folding requires a normalization directly after a convolution, so operations between them are
  // removed first; operations that folding makes unused are removed last.
  private static final List<Pass> STANDARD =
      List.of(
          new IdentityRemoval(),
          new PaddingFolding(),
          new BatchNormFolding(),
          new DeadCodeElimination());

  private Passes() {}

  /** Returns an equivalent program that does less work. */
  public static Program simplify(Program program) {
    Program result = program;
    for (Pass pass : STANDARD) {
      result = pass.apply(result);
    }
    return result;
  }
}
