package dev.espalier.engine.tensorflow;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.NodeOutput;
import org.tensorflow.proto.StepStats;

/**
 * What TensorFlow recorded of a run: when each operation of the graph started and ended. TensorFlow
 * runs independent operations at the same time; where several run, the time is divided equally
 * among them, so that the times of all add up to the time in which any ran.
 */
final class RunTrace {
  private static final Pattern LABEL = Pattern.compile(" = ([A-Za-z_]\\w*)\\(");

  /** Operations whose results are, or may be, the memory of an argument. */
  private static final Set<String> VIEWS =
      Set.of(
          "Const",
          "ExpandDims",
          "Identity",
          "Placeholder",
          "ReadVariableOp",
          "Reshape",
          "Squeeze",
          "StopGradient",
          "_Arg",
          "_Recv",
          "_Retval",
          "_Send");

  private RunTrace() {}

  /**
   * One operation of the graph that was run.
   *
   * @param start in nanoseconds
   * @param end in nanoseconds
   */
  record Interval(OperatorOrigin origin, String operator, long start, long end, long bytes) {}

  /**
   * Returns the operations of a run in the order of their start.
   *
   * @param origins what the operations of each name scope of the graph are a part of
   */
  static List<OperatorRun> operators(StepStats stats, Map<String, OperatorOrigin> origins) {
    List<Interval> intervals = new ArrayList<>();
    stats
        .getDevStatsList()
        .forEach(
            device ->
                device.getNodeStatsList().forEach(node -> intervals.add(interval(node, origins))));
    return divided(intervals);
  }

  private static Interval interval(NodeExecStats node, Map<String, OperatorOrigin> origins) {
    Matcher label = LABEL.matcher(node.getTimelineLabel());
    String name = node.getNodeName();
    String operator = label.find() ? label.group(1) : name.substring(name.lastIndexOf('/') + 1);
    long begin = node.getAllStartNanos();
    return new Interval(
        origin(name, origins),
        operator,
        begin + node.getOpStartRelNanos(),
        begin + Math.max(node.getOpStartRelNanos(), node.getOpEndRelNanos()),
        VIEWS.contains(operator) ? 0 : bytes(node));
  }

  private static long bytes(NodeExecStats node) {
    return node.getOutputList().stream()
        .map(NodeOutput::getTensorDescription)
        .mapToLong(tensor -> Math.max(0, tensor.getAllocationDescription().getRequestedBytes()))
        .sum();
  }

  /**
   * Returns the origin of an operation of the graph. TensorFlow's optimizer puts names in front of
   * those of the operations that it replaces, or behind.
   */
  static OperatorOrigin origin(String name, Map<String, OperatorOrigin> origins) {
    for (String rest = name; ; rest = rest.substring(rest.indexOf('/') + 1)) {
      for (String scope = rest; scope.contains("/"); ) {
        scope = scope.substring(0, scope.lastIndexOf('/'));
        OperatorOrigin found = origins.get(scope);
        if (found != null) {
          return found;
        }
      }
      if (!rest.contains("/")) {
        return OperatorOrigin.ofProgram();
      }
    }
  }

  /** Divides the time in which several operations run equally among them. */
  static List<OperatorRun> divided(List<Interval> intervals) {
    List<Interval> ordered = new ArrayList<>(intervals);
    ordered.sort(Comparator.comparingLong(Interval::start));
    TreeSet<Long> times = new TreeSet<>();
    ordered.forEach(
        one -> {
          times.add(one.start());
          times.add(one.end());
        });
    Map<Integer, Double> shares = new HashMap<>();
    List<Integer> running = new ArrayList<>();
    int next = 0;
    Long from = null;
    for (Long until : times) {
      if (from != null && !running.isEmpty()) {
        double share = (double) (until - from) / running.size();
        running.forEach(index -> shares.merge(index, share, Double::sum));
      }
      running.removeIf(index -> ordered.get(index).end() <= until);
      for (; next < ordered.size() && ordered.get(next).start() <= until; next++) {
        if (ordered.get(next).end() > until) {
          running.add(next);
        }
      }
      from = until;
    }
    List<OperatorRun> operators = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      Interval one = ordered.get(i);
      // Rounded down, so that the sum is at most the time of the run.
      long share = (long) Math.floor(shares.getOrDefault(i, 0.0));
      operators.add(new OperatorRun(one.origin(), one.operator(), share, one.bytes()));
    }
    return operators;
  }
}
