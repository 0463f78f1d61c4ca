package dev.espalier.core.profile;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The mean of the middle half of runs, ordered by their time: like a median it ignores runs that
 * were disturbed, and like a mean it keeps sums.
 *
 * @param milliseconds of a run
 * @param operators equal operators of the same origin together, the longest first
 */
record MiddleRuns(double milliseconds, List<ProfiledOperator> operators) {
  private record Key(OperatorOrigin origin, String operator) {}

  /** What equal operators took together. */
  private static final class Total {
    private long nanoseconds;
    private long calls;
    private long bytes;
  }

  /**
   * Returns the mean.
   *
   * @param runs at least one
   * @param named returns the origin to show for that of an operator
   */
  static MiddleRuns of(List<ProfiledRun> runs, UnaryOperator<OperatorOrigin> named) {
    List<ProfiledRun> ordered = new ArrayList<>(runs);
    ordered.sort(Comparator.comparingLong(ProfiledRun::nanoseconds));
    int left = ordered.size() / 4;
    List<ProfiledRun> middle = ordered.subList(left, ordered.size() - left);
    Map<Key, Total> totals = new HashMap<>();
    long all = 0;
    for (ProfiledRun run : middle) {
      all += run.nanoseconds();
      for (OperatorRun operator : run.operators()) {
        Total total =
            totals.computeIfAbsent(
                new Key(named.apply(operator.origin()), operator.operator()), any -> new Total());
        total.nanoseconds += operator.nanoseconds();
        total.calls++;
        total.bytes += operator.bytes();
      }
    }
    int count = middle.size();
    List<ProfiledOperator> operators = new ArrayList<>();
    totals.forEach(
        (key, total) ->
            operators.add(
                new ProfiledOperator(
                    key.origin(),
                    key.operator(),
                    total.nanoseconds / 1e6 / count,
                    Math.round((float) total.calls / count),
                    total.bytes / count)));
    operators.sort(Comparator.comparingDouble(ProfiledOperator::milliseconds).reversed());
    return new MiddleRuns(all / 1e6 / count, operators);
  }
}
