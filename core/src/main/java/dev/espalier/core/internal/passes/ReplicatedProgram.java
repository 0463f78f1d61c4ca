package dev.espalier.core.internal.passes;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Program;
import java.util.List;
import java.util.Map;

/**
 * A program divided into phases that several replicas run, with an exchange after each phase that
 * computes samples. Immutable.
 *
 * @param phases in order; only the last one updates variables
 * @param batchNormalizations the layers that normalize with the mean and variance of the samples of
 *     one replica, each as {@code name (Type)}
 */
public record ReplicatedProgram(List<Phase> phases, List<String> batchNormalizations) {
  /** Copies the lists. */
  public ReplicatedProgram {
    phases = List.copyOf(phases);
    batchNormalizations = List.copyOf(batchNormalizations);
  }

  /** How the values that replicas compute of their samples become that of the whole batch. */
  public enum Joining {
    /** One after the other, in the order of the samples. */
    ROWS,
    /** Their mean, weighted by the number of samples. */
    MEAN,
    /** Their sum. */
    SUM
  }

  /**
   * A part of the program. It is fed inputs of the whole program and outputs of earlier phases, by
   * name.
   *
   * @param ofSamples whether a replica computes it for its own samples; otherwise each does the
   *     same for the whole batch
   * @param joinings how the outputs of a phase of samples are joined
   */
  public record Phase(Program program, boolean ofSamples, Map<String, Joining> joinings) {
    /** Copies the map. */
    public Phase {
      joinings = Map.copyOf(joinings);
    }
  }

  /**
   * Divides a program.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if an update depends on
   *     several samples other than by sums and means, or an output does and is not a metric's
   */
  public static ReplicatedProgram of(Program program) {
    SampleDependence dependence = new SampleDependence(program);
    ReplicatedProgram gathered = VectorNormalization.divided(program, dependence);
    return gathered == null ? BatchDivision.divided(program, dependence) : gathered;
  }
}
