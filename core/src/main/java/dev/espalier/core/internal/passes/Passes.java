package dev.espalier.core.internal.passes;

import dev.espalier.graph.Program;
import java.util.List;

/** The rewrites that every program goes through before an engine compiles it. */
public final class Passes {
  // Folding looks for a normalization right after a convolution, so what stands between them goes
  // first; what folding leaves without use goes last.
  private static final List<Pass> STANDARD =
      List.of(
          new IdentityRemoval(),
          new PaddingFolding(),
          new BatchNormFolding(),
          new DeadCodeElimination());

  private Passes() {}

  /** Returns a program that gives the same outputs and updates with less work. */
  public static Program simplify(Program program) {
    Program result = program;
    for (Pass pass : STANDARD) {
      result = pass.apply(result);
    }
    return result;
  }
}
