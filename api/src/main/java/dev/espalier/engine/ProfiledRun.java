package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import java.util.List;
import java.util.Map;

/**
 * One run of a program with the time of each operator. Immutable.
 *
 * @param outputs what {@link Executable#run} returns
 * @param nanoseconds the time of the whole run, at least that of all operators together; the rest
 *     is what the engine and the host do around them, such as copying inputs and outputs
 * @param operators in the order in which they started
 */
public record ProfiledRun(
    Map<String, HostArray> outputs, long nanoseconds, List<OperatorRun> operators) {
  /** Copies the collections and checks that the operators fit into the run. */
  public ProfiledRun {
    outputs = Map.copyOf(outputs);
    operators = List.copyOf(operators);
    long sum = operators.stream().mapToLong(OperatorRun::nanoseconds).sum();
    if (sum > nanoseconds) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Operators of " + sum + " ns do not fit into a run of " + nanoseconds + " ns.",
          "Give the time of the whole run.");
    }
  }

  /**
   * Returns a run whose operators were measured with another clock than the run, which may be
   * shorter by what the clocks differ.
   *
   * @param nanoseconds the time of the whole run
   */
  public static ProfiledRun of(
      Map<String, HostArray> outputs, long nanoseconds, List<OperatorRun> operators) {
    long sum = operators.stream().mapToLong(OperatorRun::nanoseconds).sum();
    return new ProfiledRun(outputs, Math.max(nanoseconds, sum), operators);
  }
}
