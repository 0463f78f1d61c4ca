package dev.espalier.core.profile;

import dev.espalier.engine.Device;
import dev.espalier.engine.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Where the time of a step goes. Immutable.
 *
 * <p>Times are means over the middle half of the measured steps, ordered by their time, so that a
 * disturbance does not count and the times of all operators still add up: together with {@link
 * #otherMilliseconds()} they are {@link #milliseconds()}.
 *
 * @param engine name of the engine
 * @param version version of its library
 * @param device where the step ran
 * @param precision of the computation
 * @param step name of the step: {@code train} or {@code predict}
 * @param batchSize samples in each step
 * @param steps number of measured steps
 * @param milliseconds time of a step while its operators are measured
 * @param unmeasuredMilliseconds median time of a step while nothing is measured, which shows what
 *     measuring costs
 * @param operators equal operators of the same layer together, the longest first
 */
public record Profile(
    String engine,
    String version,
    Device device,
    Precision precision,
    String step,
    int batchSize,
    int steps,
    double milliseconds,
    double unmeasuredMilliseconds,
    List<ProfiledOperator> operators) {
  /** Copies the list. */
  public Profile {
    operators = List.copyOf(operators);
  }

  /**
   * Returns the time of a step outside of operators, in milliseconds: copying inputs and outputs,
   * and what the engine does between operators.
   */
  public double otherMilliseconds() {
    return Math.max(
        0, milliseconds - operators.stream().mapToDouble(ProfiledOperator::milliseconds).sum());
  }

  /** Returns a row for each layer and each stage of the step, the longest first. */
  public List<ProfileRow> byLayer() {
    return grouped(operator -> operator.origin().layer());
  }

  /** Returns a row for each primitive operation, the longest first. */
  public List<ProfileRow> byPrimitive() {
    return grouped(operator -> operator.origin().primitive());
  }

  /** Returns a row for each operator of the engine, the longest first. */
  public List<ProfileRow> byOperator() {
    return grouped(ProfiledOperator::operator);
  }

  private List<ProfileRow> grouped(Function<ProfiledOperator, String> key) {
    Map<String, ProfileRow> rows = new LinkedHashMap<>();
    for (ProfiledOperator operator : operators) {
      double gradient = operator.origin().gradient() ? operator.milliseconds() : 0;
      rows.merge(
          key.apply(operator),
          new ProfileRow(
              key.apply(operator),
              operator.milliseconds(),
              gradient,
              fraction(operator.milliseconds()),
              operator.calls(),
              operator.bytes()),
          this::sum);
    }
    List<ProfileRow> sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparingDouble(ProfileRow::milliseconds).reversed());
    return List.copyOf(sorted);
  }

  private ProfileRow sum(ProfileRow a, ProfileRow b) {
    double together = a.milliseconds() + b.milliseconds();
    return new ProfileRow(
        a.name(),
        together,
        a.gradientMilliseconds() + b.gradientMilliseconds(),
        fraction(together),
        a.calls() + b.calls(),
        a.bytes() + b.bytes());
  }

  private double fraction(double part) {
    return milliseconds == 0 ? 0 : part / milliseconds;
  }
}
